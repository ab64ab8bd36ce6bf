// Must fail under the thread sanitizer: two threads write one variable.
#include <cstdio>
#include <thread>

int main() {
  int number = 0;
  auto count = [&number] {
    for (int i = 0; i < 100'000; ++i) ++*static_cast<volatile int*>(&number);
  };
  std::thread one(count), two(count);
  one.join();
  two.join();
  std::printf("%d\n", number);
}
