"""The demonstration province: invented people, illustrative papers, difficulties told through the real services."""
