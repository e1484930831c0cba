"""Which words of a query are a command and its parameters? In ``Get-Item -Force`` the minus leaves nothing out.

PowerShell calls its commands by an approved verb and a noun, and its parameters have a capital too: what is so written
is hardly meant otherwise. Of options of other programs nothing is said here; what they would leave out is seen when a
query is answered (answering/exclusions.py).
"""

from __future__ import annotations

import re

from article_search.late import pattern

# Of the verbs those that other names begin with as well need a noun such as DiskImage.
_COMMAND = pattern(
    r"""(?:Add|Approve|Assert|Backup|Block|Build|Checkpoint|Clean|Clear|Close|Compare|Complete|Compress|Confirm|Connect
    |Convert|ConvertFrom|ConvertTo|Copy|Debug|Deny|Deploy|Disable|Disconnect|Dismount|Edit|Enable|Enter|Exit|Expand
    |Export|Find|ForEach|Format|Get|Group|Hide|Import|Initialize|Install|Invoke|Join|Limit|Lock|Measure|Merge|Move|New
    |Optimize|Out|Ping|Pop|Protect|Publish|Push|Read|Receive|Redo|Register|Remove|Rename|Repair|Request|Reset|Resize
    |Resolve|Restart|Restore|Resume|Revoke|Save|Search|Select|Send|Set|Show|Skip|Sort|Split|Start|Step|Stop|Submit
    |Suspend|Switch|Sync|Tee|Test|Trace|Unblock|Undo|Uninstall|Unlock|Unprotect|Unpublish|Unregister|Update|Use|Wait
    |Watch|Where|Write)-[A-Z]\w* | (?:Grant|Mount|Open)-[A-Z][a-z]+[A-Z]\w*""",
    re.VERBOSE,
)
_PARAMETER = pattern(r"[A-Z][A-Za-z]*(?::.*)?", re.DOTALL)
_AROUND = ".,:;!?"


def is_command(word: str) -> bool:
    """Whether a word is the name of a command that has parameters."""
    return "-" in word and _COMMAND.fullmatch(word.rstrip(_AROUND)) is not None


def is_parameter(word: str) -> bool:
    """Whether what follows a minus may be a parameter of a command before it."""
    return _PARAMETER.fullmatch(word.rstrip(_AROUND)) is not None
