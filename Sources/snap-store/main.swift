import Glibc
import StoreServer

exit(StoreProgram.main(CommandLine.arguments))
