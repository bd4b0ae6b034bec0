"""Papers as Word files in the form of Decree 30/2020/NĐ-CP: described as plain data, written by `writing`.

Owns: page, fonts, heads, tables, signature. Must not know an issue, the database or the web.
"""
