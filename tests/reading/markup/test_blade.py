"""Of a file in Blade and Markdown a reader sees the Markdown."""

from __future__ import annotations

import pytest

from article_search.reading.markup import plain_text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("@include('_partials.image', ['src' => '/a(b).jpg', 'alt' => 'It\\'s )'])\n\nText.", "Text."),
        ("@extends('_layouts.main')\n@section('title', 'Not here')\n@section('content')\n# Head\nText.\n@endsection",
         "Head\n\nText."),
        ("@if ($page->featured && count($x) > 1)\nOne.\n@elseif(true)\nTwo.\n@else\nThree.\n@endif\nFour.",
         "One. Two. Three. Four."),
        ("@foreach ($page->boats as $boat)\n* {{ $boat->name }} sails\n@endforeach", "sails"),
        ("@forelse($a as $b)\nOne.\n@empty\nNone.\n@endforelse", "One. None."),
        ("@unless(x()) a @endunless @isset($a) b @endisset", "a b"),
        ("@php\n$secret = 'x > y';\n\n$more = 1;\n@endphp\nText. @php($a = f(1))", "Text."),
        ("{{-- a note\n\nto *self* --}}\nText. {{ $page->title }} {!! '<b>' . $x !!} end", "Text. end"),
        ("Nested {{ config(['a' => ['b' => 1]]) }}.", "Nested ."),
        ("Write to harbour@example.org or @harbournews, @foo and @if without more.",
         "Write to harbour@example.org or @harbournews, @foo and @if without more."),
        ("@@if($x) and @{{ name }} and @{!! raw !!}", "@if($x) and {{ name }} and {!! raw !!}"),
        ("@verbatim\n{{ name }} @if(x)\n@endverbatim", "{{ name }} @if(x)"),
        ("@component('note', ['a' => 1])\n@slot('title')\nMind\n@endslot\nText.\n@endcomponent", "Mind Text."),
        ("@push('scripts')\n<script>no()</script>\n@endpush\nText.", "Text."),
        ("@money($price) and @icon('boat', 'x') but @name (in prose)", "and but @name (in prose)"),
        ("@csrf @yield('x') @lang('messages.hello') @json($a) text", "text"),
        ("<x-alert type='error'>Mind.</x-alert>", "Mind."),
        ("@media (max-width: 3em) and @font-face", "@media (max-width: 3em) and @font-face"),
        ("Use `@include('x')` and `{{ $y }}`.", "Use @include('x') and {{ $y }}."),
        ("```php\n@foreach ($a as $b)\n{{ $b }}\n@endforeach\n```", "@foreach ($a as $b) {{ $b }} @endforeach"),
        ("@if(unclosed", "@if(unclosed"),
        ("{{ unclosed", "{{ unclosed"),
        ("A {{<b>}} and {% raw %} stay", "A and {% raw %} stay"),
    ],
)  # fmt: skip
def test_only_markdown_is_seen(source: str, seen: str) -> None:
    assert plain_text(source, "_posts/news.blade.md") == seen


@pytest.mark.parametrize("path", ["news.md", "blade.md", "news.blade.md.md"])
def test_other_files_are_no_blade(path: str) -> None:
    text = "@include('x') @if ($a) @endif {!! b !!}"
    assert plain_text(text, path) == plain_text(text, path, "jigsaw") == text
