"""The blank forms of clause VI, drawn from `forms.schema`; the PDFs beside this file are what
providers print and fill.
"""
