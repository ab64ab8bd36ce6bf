// The views of a dict (keys, values, items) and their iterators.
#pragma once
#include "core/object/dict.h"

namespace py {

class DictView final : public Object {
 public:
  Field dict;
  u64 reserved;
  static const ObjectOps kOps;
  Dict& target() const { return *static_cast<Dict*>(dict.peek().object()); }
};

Result<Ref<>> make_dict_view(Thread& thread, Type& type, Value dict);
// `type` is one of types.dict_key_iterator, types.dict_reverse_item_iterator and so on.
Result<Ref<>> make_dict_iterator(Thread& thread, Type& type, Dict& dict);

}  // namespace py
