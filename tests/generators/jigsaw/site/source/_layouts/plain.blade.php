<!doctype html><title>{{ $page->title }}</title>@yield('content')
