"""What people look at of a plan: what is owed as of a day, calendars, a workbook."""
