"""What an administrator wants to be told of a machine and an archive, before it costs a capture. Repairs nothing, writes nothing.

condition.gathered(folder, ...)  ->  Condition        facts alone
check.examined(condition)        ->  Checks           pure: what of it is a note, what a fault, and what to do

machine   the checks of the machine      archive   those of an archive
"""
