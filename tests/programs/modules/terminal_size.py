import fcntl
import os
import pty
import struct
import termios

master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 12, 34, 0, 0))
os.dup2(slave, 0)
print(os.get_terminal_size(0), os.get_terminal_size(slave).lines)
