"""Files for the schedulers that call `archiver run`: values in, text out. One module a system; nothing here reads or writes a file."""
