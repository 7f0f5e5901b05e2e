import Shared

print(CPU.count)
