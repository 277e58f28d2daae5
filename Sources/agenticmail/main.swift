import Glibc

// The process's first thread stays here: it is the console's, and for a command it waits for its end and for signals.
exit(Program.run(Array(CommandLine.arguments.dropFirst())))
