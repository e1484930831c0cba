"""What is said between a terminal and the process that answers it? One question, and some signs of one byte.

    terminal                                 process
    the question                      ->
                                      <-     READY
    GO, with its files                ->
                                      <-     WRITES, before the first byte of the answer
                                      <-     DONE and the exit code

Until GO the process has nothing it could write to; until WRITES the terminal may still search by itself. Imports
nothing that takes time. Not here: how it is sent (asking.py, answering.py).
"""

READY, GO, WRITES, DONE = b"r", b"g", b"w", b"d"
FILES = 4  # that go with GO: standard input, output and error, and the working directory

LONGEST = 2**20  # bytes of a question; the command line and the environment may have more: that search is done alone
_LENGTH = 4  # bytes


class Question:
    """What a command needs to be the same in another process."""

    __slots__ = ("arguments", "encodings", "environment", "identity")

    def __init__(
        self, identity: bytes, encodings: list[bytes], arguments: list[bytes], environment: dict[bytes, bytes]
    ) -> None:
        self.identity = identity
        self.encodings = encodings  # of standard output and error: how letters are written, and what cannot be
        self.arguments = arguments
        self.environment = environment

    def encoded(self) -> bytes | None:
        """As it is sent, its length first; None if it is too long."""
        counts = b"%d %d" % (len(self.encodings), len(self.arguments))
        entries = [b"%b=%b" % entry for entry in self.environment.items()]
        data = b"\0".join([self.identity, counts, *self.encodings, *self.arguments, *entries])  # none has a NUL
        return len(data).to_bytes(_LENGTH, "big") + data if len(data) <= LONGEST else None

    @classmethod
    def decoded(cls, data: bytes) -> "Question":
        """What was sent, without its length. Raises ValueError for what is no question."""
        identity, counts, *rest = data.split(b"\0")
        encodings, arguments = map(int, counts.split(b" "))
        if not 0 <= encodings <= encodings + arguments <= len(rest):
            raise ValueError("no question")
        entries = (entry.partition(b"=") for entry in rest[encodings + arguments :])
        return cls(
            identity,
            rest[:encodings],
            rest[encodings : encodings + arguments],
            {name: value for name, _, value in entries},
        )


def length(head: bytes) -> int:
    """How long the question is that begins so. Raises ValueError for more than there may be."""
    size = int.from_bytes(head, "big")
    if len(head) != _LENGTH or size > LONGEST:
        raise ValueError("no question")
    return size


HEAD = _LENGTH  # bytes that tell the length
