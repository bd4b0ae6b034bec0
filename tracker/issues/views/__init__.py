"""Pages of issues: lists, one issue, its acts, drafts, files."""

from tracker.issues.views import acts, answers, drafts, files, lists, show
from tracker.issues.views.blueprint import blueprint

__all__ = ["acts", "answers", "blueprint", "drafts", "files", "lists", "show"]
