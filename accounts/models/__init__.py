"""People, and the audit log of what is done about them."""

from accounts.models.audit import Action, AuditAnchor, AuditLine, AuditLink, AuditName
from accounts.models.user import ERASED_NAME, FileToDestroy, User, UserManager, normalised, refuse_when

__all__ = [
    "ERASED_NAME",
    "Action",
    "AuditAnchor",
    "AuditLine",
    "AuditLink",
    "AuditName",
    "FileToDestroy",
    "User",
    "UserManager",
    "normalised",
    "refuse_when",
]
