// Must fail under the address sanitizer: reads memory that was freed.
#include <cstdio>

int main() {
  int* number = new int(1);
  delete number;
  std::printf("%d\n", *static_cast<volatile int*>(number));
}
