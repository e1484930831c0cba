"""How does a search in a terminal save itself the start? A process that stays in memory answers it.

    where        where is that process asked, and may it be trusted?
    messages     what is said to it, and by it?
    asking       the thin client: all that ``articles search`` runs of ours where it is there
    listening    who listens at its socket, and how one begins to
    hosting      the process itself: one child a question
    program      has the program changed on disk?
    answering    the child, which runs the very command with what the client has
    warming      what the process holds open, so that its children need not
    foreground   how another program gets the terminal, such as a pager
    beginning    how it is started, found and ended

Who is in a hurry imports the first three alone, which need nothing that an interpreter has not loaded already. Not
here: what a command does (searching.py), the command that starts it by hand (serving.py).
"""
