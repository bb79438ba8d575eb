import Glibc
import StorePublishing
import StoreServer

exit(StoreProgram.main(CommandLine.arguments, others: PublishingProgram.summaries, run: PublishingProgram.run))
