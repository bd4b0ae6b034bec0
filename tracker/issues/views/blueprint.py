"""The blueprint of issues and drafts. Its modules add their pages to it."""

from flask import Blueprint

blueprint = Blueprint("issues", __name__)
