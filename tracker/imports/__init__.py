"""Difficulties that come as a sheet: pasted from a spreadsheet or sent as a file, checked, filed on behalf."""
