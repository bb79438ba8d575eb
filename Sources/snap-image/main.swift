import Image

print("not written yet")
