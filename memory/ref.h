// Ref<T>: an owned reference, move-only; Ref<> owns any Value. Result<T>: a value or "an exception is pending".
//
// Both travel in one register (trivial_abi). Rules: parameters are borrowed (Value, T&), results are owned (Ref). A
// second owner is spelled .share(). Result must be looked at: TRY(expr) yields the value or returns the error from the
// enclosing function.
#pragma once
#include <type_traits>
#include <utility>

#include "memory/counting.h"

namespace py {

template <class T = Value>
class [[clang::trivial_abi]] Ref {
 public:
  Ref() = default;
  static Ref adopt(T* object) { return Ref(object); }
  static Ref share(T* object) {
    if (object) incref(object->value());
    return Ref(object);
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class U>
    requires std::is_base_of_v<T, U>
  Ref(Ref<U>&& other) noexcept : object_(other.release()) {}
  Ref& operator=(Ref&& other) noexcept {
    Ref old(std::exchange(object_, std::exchange(other.object_, nullptr)));
    return *this;
  }
  INLINE ~Ref() {
    if (object_) decref(object_->value());
  }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  T* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  Ref share() const { return share(object_); }
  [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }
  Value value() const { return object_->value(); }
  operator Value() const { return object_->value(); }

 private:
  explicit Ref(T* object) : object_(object) {}
  T* object_ = nullptr;
};

template <>
class [[clang::trivial_abi]] Ref<Value> {
 public:
  Ref() = default;
  static Ref adopt(Value value) { return Ref(value); }
  static Ref share(Value value) {
    incref(value);
    return Ref(value);
  }
  INLINE Ref(Ref&& other) noexcept : value_(std::exchange(other.value_, Empty)) {}
  template <class U>
    requires std::is_base_of_v<Object, U>
  Ref(Ref<U>&& other) noexcept : value_(other ? other.value() : Empty) {
    (void)other.release();
  }
  Ref& operator=(Ref&& other) noexcept {
    Ref old(std::exchange(value_, std::exchange(other.value_, Empty)));
    return *this;
  }
  INLINE ~Ref() { decref(value_); }
  Value value() const { return value_; }
  operator Value() const { return value_; }
  bool is_empty() const { return value_.is_empty(); }
  Ref share() const { return share(value_); }
  [[nodiscard]] Value release() { return std::exchange(value_, Empty); }

 private:
  explicit Ref(Value value) : value_(value) {}
  Value value_ = Empty;
};

struct [[nodiscard]] Failure {};
inline constexpr Failure failure{};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)), ok_(true) {}
  Result(Failure) : ok_(false) {}
  bool failed() const { return !ok_; }
  T take() { return std::move(value_); }

 private:
  T value_{};
  bool ok_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() : ok_(true) {}
  Result(Failure) : ok_(false) {}
  bool failed() const { return !ok_; }
  void take() {}

 private:
  bool ok_;
};

// One word: the Error immediate says that it failed.
template <>
class [[nodiscard, clang::trivial_abi]] Result<Ref<>> {
 public:
  Result(Ref<> value) : value_(std::move(value)) {}
  template <class U>
    requires std::is_base_of_v<Object, U>
  Result(Ref<U>&& value) : value_(std::move(value)) {}
  Result(Failure) : value_(Ref<>::adopt(Error)) {}
  template <class U>
  Result(Result<Ref<U>>&& other) : value_(other.failed() ? Ref<>::adopt(Error) : Ref<>(other.take())) {}
  INLINE ~Result() = default;
  Result(Result&&) = default;
  Result& operator=(Result&&) = default;
  bool failed() const { return value_.value().is_error(); }
  Ref<> take() { return std::move(value_); }
  // The owned word, Error included, for the interpreter.
  Value release() { return value_.release(); }

 private:
  Ref<> value_;
};

template <class T>
class [[nodiscard, clang::trivial_abi]] Result<Ref<T>> {
 public:
  Result(Ref<T> value) : value_(std::move(value)) {}
  template <class U>
    requires(std::is_base_of_v<T, U> && !std::is_same_v<T, U>)
  Result(Ref<U>&& value) : value_(std::move(value)) {}
  Result(Failure) {}
  INLINE ~Result() = default;
  Result(Result&&) = default;
  Result& operator=(Result&&) = default;
  bool failed() const { return !value_; }
  Ref<T> take() { return std::move(value_); }

 private:
  Ref<T> value_;
};

}  // namespace py

#define TRY(expression)                             \
  ({                                                \
    auto result_ = (expression);                    \
    if (UNLIKELY(result_.failed())) return failure; \
    result_.take();                                 \
  })
#define MUST(expression)         \
  ({                             \
    auto result_ = (expression); \
    CHECK(!result_.failed());    \
    result_.take();              \
  })
