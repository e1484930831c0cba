"""What is said between a terminal and the process that answers it? One question, signs of one byte, some numbers.

    terminal                                 process
    the question                      ->
                                      <-     READY
    GO, with its files                ->
                                      <-     WRITES, before the first byte of the answer
                                      <-     RUNS and a program that needs the terminal, maybe with what it reads
    a number: 0 if it has begun       ->
    its exit code, when it has ended  ->
                                      <-     DONE and the exit code

Until GO the process has nothing it could write to; until WRITES the terminal may still search by itself. Imports
nothing that takes time. Not here: how it is sent (asking.py, answering.py).
"""

READY, GO, WRITES, RUNS, DONE = b"r", b"g", b"w", b"p", b"d"
ENCODINGS = 4  # of standard output and error, each with what is done of letters it has not
FILES = 4  # that go with GO: standard input, output and error, and the working directory

LONGEST = 2**20  # bytes of a question; the command line and the environment may have more: that search is done alone
NUMBER = 4  # bytes of a number, the length of what follows among them


class Question:
    """What a command needs to be the same in another process."""

    __slots__ = ("arguments", "encodings", "environment", "identity")

    def __init__(
        self, identity: bytes, encodings: list[bytes], arguments: list[bytes], environment: dict[bytes, bytes]
    ) -> None:
        self.identity = identity
        self.encodings = encodings
        self.arguments = arguments
        self.environment = environment

    def encoded(self) -> bytes | None:
        """As it is sent, its length first; None if it is too long."""
        data = encoded([self.identity, *self.encodings, *self.arguments], self.environment)
        return data if len(data) <= LONGEST else None

    @classmethod
    def decoded(cls, data: bytes) -> "Question":
        """What was sent, without its length. Raises ValueError for what is no question."""
        (identity, *words), environment = decoded(data)
        if len(words) < ENCODINGS:
            raise ValueError("no question")
        return cls(identity, words[:ENCODINGS], words[ENCODINGS:], environment)


def encoded(words: list[bytes], environment: dict[bytes, bytes]) -> bytes:
    """A command line and an environment, which have no NUL, with the length of what follows before them."""
    entries = [b"%b=%b" % entry for entry in environment.items()]
    data = b"\0".join([b"%d" % len(words), *words, *entries])
    return len(data).to_bytes(NUMBER, "big") + data


def decoded(data: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """Such a command line, of one word at least, and environment, without the length. Raises ValueError."""
    count, *rest = data.split(b"\0")
    if not 0 < int(count) <= len(rest):
        raise ValueError("no command line")
    entries = (entry.partition(b"=") for entry in rest[int(count) :])
    return rest[: int(count)], {name: value for name, _, value in entries}


def length(head: bytes) -> int:
    """How long the question is that begins so. Raises ValueError for more than there may be."""
    size = int.from_bytes(head, "big")
    if len(head) != NUMBER or size > LONGEST:
        raise ValueError("no question")
    return size
