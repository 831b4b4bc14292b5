"""How it looks: figures, workbook and terminal tables, in Chinese and English."""
