import CommandLine
import Glibc

// One line of `Running` goes first: argv[0] of a command in /snap/bin, and `snap run`, before anything is parsed.
exit(SnapProgram.run(arguments: Swift.CommandLine.arguments))
