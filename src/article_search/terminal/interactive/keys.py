"""How is an interactive search drawn, and what do its keys do? The door to prompt_toolkit.

Not here: what is searched for and seen (session.py), what it looks like (looks.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Size
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    Dimension,
    DynamicContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.output import ColorDepth, create_output

from article_search.terminal.interactive import looks
from article_search.terminal.interactive.looks import Line, Panes
from article_search.terminal.interactive.session import Session
from article_search.terminal.output import screen
from article_search.terminal.screen import clean

if TYPE_CHECKING:
    from article_search.answering.results import Hit
    from article_search.engine import Engine

_ESCAPE = 0.05  # seconds after which Esc is no beginning of another key


def choose(engine: Engine) -> Hit | None:
    """The article that was chosen; None where the search was left. Needs a terminal."""
    return _Drawn(engine).run()


class _Drawn:
    """An interactive search on the screen."""

    def __init__(self, engine: Engine) -> None:
        self._styled = screen().colour
        self._output = create_output()
        self._session = Session(engine, self._redraw, self._open, self._fail)
        self._field = Buffer(multiline=False, on_text_changed=lambda field: self._session.typed(field.text))
        self._application: Application[Hit | None] = Application(
            layout=Layout(self._layout()),
            key_bindings=self._keys(),
            full_screen=True,
            enable_page_navigation_bindings=False,
            color_depth=ColorDepth.DEPTH_1_BIT,  # bold, underlined and reversed text will do
            output=self._output,
            before_render=lambda _: self._session.resized(self._panes),
        )
        self._application.ttimeoutlen = _ESCAPE
        self._application.timeoutlen = _ESCAPE

    def run(self) -> Hit | None:
        with self._session:
            return self._application.run(pre_run=lambda: self._session.typed(""))

    @property
    def _panes(self) -> Panes:
        size = self._size()
        return Panes.of(size.columns, size.rows)

    def _size(self) -> Size:
        return self._output.get_size()

    def _redraw(self) -> None:
        self._application.invalidate()

    def _open(self, hit: Hit) -> None:
        self._soon(lambda: self._leave(hit))

    def _fail(self, error: Exception) -> None:
        self._soon(lambda: self._application.is_done or self._application.exit(exception=error))

    def _soon(self, act: Callable[[], object]) -> None:
        """Does something in the thread of the keys."""
        if loop := self._application.loop:
            loop.call_soon_threadsafe(act)

    # What is drawn

    def _layout(self) -> HSplit:
        field = VSplit([Window(FormattedTextControl("> "), width=2), Window(BufferControl(self._field))], height=1)
        status = Window(FormattedTextControl(lambda: self._session.status(self._size().columns)), height=1)
        foot = Window(FormattedTextControl(lambda: looks.KEYS), height=1)
        return HSplit(
            [
                field,
                status,
                DynamicContainer(self._body),
                ConditionalContainer(foot, Condition(lambda: self._panes.foot)),
            ]
        )

    def _body(self) -> HSplit | VSplit:
        panes = self._panes
        hits = self._pane(self._session.hit_lines, panes.hits_width, panes.hits_height)
        if not panes.view_height:
            return HSplit([hits])
        view = self._pane(self._session.view_lines, panes.view_width, panes.view_height)
        if panes.beside:
            return VSplit([hits, Window(char="│", width=1), view])
        return HSplit([hits, Window(char="─", height=1), view])

    def _pane(self, lines: Callable[[], list[Line]], width: int, height: int) -> Window:
        control = FormattedTextControl(lambda: self._joined(lines()))
        return Window(control, width=Dimension.exact(width), height=Dimension.exact(height))

    def _joined(self, lines: list[Line]) -> StyleAndTextTuples:
        """Lines as the library takes them."""
        pieces = [piece for line in lines for piece in (*line, ("", "\n"))][:-1]
        return [(style if self._styled else "", text) for style, text in pieces]

    # What keys do

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        session = self._session

        def does(act: Callable[[], None], *names: str) -> None:
            for name in names:
                keys.add(name)(lambda _: act())

        does(lambda: self._leave(None), "escape", "c-c", "<sigint>", "c-g", "c-q")
        does(session.open, "enter")
        does(lambda: session.move(-1), "up", "c-p", "c-k")
        does(lambda: session.move(1), "down", "c-n", "c-j")
        does(lambda: session.move(-session.page()), "c-up")
        does(lambda: session.move(session.page()), "c-down")
        does(lambda: session.read_on(-1), "pageup", "s-up")
        does(lambda: session.read_on(1), "pagedown", "s-down")
        keys.add(Keys.BracketedPaste)(self._paste)
        keys.add("c-d")(self._delete_or_leave)
        return keys

    def _paste(self, event: KeyPressEvent) -> None:
        self._field.insert_text(clean(event.data))

    def _delete_or_leave(self, _: KeyPressEvent) -> None:
        if self._field.text:
            self._field.delete()
        else:
            self._leave(None)

    def _leave(self, hit: Hit | None) -> None:
        if not self._application.is_done:
            self._application.exit(result=hit)
