// Frames as objects, and what the layers below ask about running frames.
#include "core/vm/frame.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"
#include "core/vm/generator.h"
#include "core/vm/still_frame.h"
#include "memory/root_vector.h"

namespace py {

namespace {

usize frame_size(const Object& object) { return type_of_object(object).allocation_size(); }

void frame_visit(Object& object, Visitor& visitor) {
  FrameObject& frame = static_cast<FrameObject&>(object);
  for (Field* field : {&frame.code, &frame.globals, &frame.builtins, &frame.function, &frame.back, &frame.locals, &frame.trace,
                       &frame.values}) {
    visitor.visit(*field);
  }
}

}  // namespace

const ObjectOps FrameObject::kOps = {"frame", frame_visit, nullptr, frame_size};

Value* frame_end(Value* fp) {
  if (frame_flags(fp) & kGeneratorFrame) return frame_generator(fp).stack_base;
  return fp + frame_code(fp).register_count;
}

Dict& frame_builtins(Value* fp) {
  const Value function = fp[kFunction];
  return *static_cast<Dict*>(static_cast<Function*>(function.object())->builtins.peek().object());
}

i64 frame_instruction(Value* fp) {
  const bool waits = frame_flags(fp) & kGeneratorFrame && frame_generator(fp).load_state() == GeneratorState::Suspended;
  return frame_pc(fp) - frame_code(fp).words - waits;
}

i32 frame_line(Value* fp) {
  Code& code = frame_code(fp);
  if (const Value frame = frame_extra(fp, kFrameObject); frame.is_object()) {
    const i32 reported = static_cast<FrameObject*>(frame.object())->reported_line;
    if (reported) return reported;
  }
  const bool unstarted = frame_flags(fp) & kGeneratorFrame && frame_generator(fp).load_state() == GeneratorState::Created;
  return unstarted ? code.first_line : code.line_at(frame_instruction(fp));
}

i32 frame_line(const FrameObject& frame) {
  StillFrame still(current_thread(), frame);
  if (still.registers()) return frame_line(still.registers());
  return frame.line ? frame.line : as<Code>(frame.code.peek()).line_at(frame.last_instruction);
}

i32 traceback_line(const Traceback& entry) {
  if (entry.line != Traceback::kLineOfInstruction) return entry.line;
  const FrameObject& frame = *static_cast<FrameObject*>(entry.frame.peek().object());
  return as<Code>(frame.code.peek()).line_at(entry.instruction);
}

Result<Ref<FrameObject>> frame_object(Thread& thread, Value* fp) {
  if (const Value known = frame_extra(fp, kFrameObject); known.is_object()) {
    return Ref<FrameObject>::share(static_cast<FrameObject*>(known.object()));
  }
  Ref<FrameObject> frame = TRY(allocate<FrameObject>(thread, *types.frame, sizeof(FrameObject)));
  Function& function = *static_cast<Function*>(fp[kFunction].object());
  frame->code.initialize(counted_copy(frame_code(fp).value()));
  frame->globals.initialize(counted_copy(frame_globals(fp).value()));
  frame->builtins.initialize(counted_copy(frame_builtins(fp).value()));
  frame->function.initialize(counted_copy(function.value()));
  frame->back.initialize(None);
  frame->locals.initialize(counted_copy(frame_own_locals(fp)));
  frame->trace.initialize(None);
  frame->values.initialize(None);
  frame->registers.store(fp, std::memory_order_relaxed);
  frame->line = 0;
  frame->last_instruction = 0;
  frame->trace_flags = 0;
  frame->traced_instruction = FrameObject::kUnknown;
  frame->traced_line = frame->reported_line = 0;
  if (frame_flags(fp) & kGeneratorFrame) frame_generator(fp).must_be_closed();
  // The frame's word is a second owner; f_back is found through the registers while the frame runs.
  incref(frame->value());
  add_frame_flag(fp, kHasFrameObject);
  fp[kFrameObject] = frame->value();
  return frame;
}

void detach_frame_object(Thread& thread, Value* fp) {
  FrameObject& frame = *static_cast<FrameObject*>(fp[kFrameObject].object());
  Ref<FrameObject> keep = Ref<FrameObject>::adopt(&frame);
  fp[kFrameObject] = Empty;
  frame.line = frame.reported_line;
  frame.last_instruction = static_cast<i32>(frame_pc(fp) - frame_code(fp).words);
  Code& code = frame_code(fp);
  // Only a frame object that somebody else holds needs the locals; it takes them over from the dying frame.
  const bool wanted = frame.is_shared() || frame.local.load(std::memory_order_relaxed) > 1;
  if (wanted && code.local_count) {
    const Value pending = thread.pending;
    thread.pending = Empty;
    Result<Ref<Tuple>> values = Tuple::allocate(thread, code.local_count);
    if (!values.failed()) {
      Ref<Tuple> tuple = values.take();
      for (u32 i = 0; i < code.local_count; ++i) {
        const Value value = take(fp[i]);
        if (tuple->is_shared()) publish(value);
        tuple->items()[i].initialize(value == Empty ? Unbound : value);
      }
      frame.values.store(frame, tuple.value());
    } else {
      clear_pending(thread);
    }
    thread.pending = pending;
  }
  Value* caller = frame_caller(fp);
  const bool in_generator = frame_flags(fp) & kGeneratorFrame;  // its callers come and go
  if (wanted && caller && !in_generator && frame.back.peek().is_none()) {
    const Value pending = thread.pending;
    thread.pending = Empty;
    Result<Ref<FrameObject>> back = frame_object(thread, caller);
    if (!back.failed()) frame.back.store(frame, back.take().value());
    clear_pending(thread);
    thread.pending = pending;
  }
  frame.registers.store(nullptr, std::memory_order_release);
}

namespace {

// The values of the locals, referenced; a cell stands for a local that inner functions share.
void take_locals(Thread& thread, FrameObject& frame, isize count, RootVector& values) {
  Ref<> ended;
  StillFrame still(thread, frame);
  const Value* source = still.registers();
  if (!source) {
    ended = frame.values.load();
    if (!is<Tuple>(ended.value())) return;
    source = as<Tuple>(ended).values();
  }
  for (isize i = 0; i < count; ++i) {
    if (still.is_foreign()) publish(source[i]);
    values.push(Ref<>::share(source[i]));
  }
}

Result<void> add_locals(Thread& thread, Dict& dict, Tuple& names, Code& code, const RootVector& values) {
  for (usize i = 0; i < values.size(); ++i) {
    Str& name = as<Str>(names[static_cast<isize>(i)]);
    if (name.length() && name[0] == '.') continue;
    Value value = values[i];
    if (value.is_object() && is_exact<Cell>(value)) {
      for (u32 c = 0; c < code.cell_count; ++c) {
        if (code.cell_registers[c] == i) {
          value = as<Cell>(value).content.peek();
          break;
        }
      }
    }
    if (value == Unbound || value == Empty) {
      TRY(dict.remove(thread, name.value()));
    } else {
      TRY(dict.set(thread, name.value(), value));
    }
  }
  return {};
}

}  // namespace

Result<Ref<>> frame_locals(Thread& thread, FrameObject& frame) {
  Code& code = as<Code>(frame.code.peek());
  const Value own = frame.locals.peek();
  if (!code.has(CodeFlag::Optimized) && own.is_object()) return Ref<>::share(own);
  Ref<> dict;
  if (own.is_object()) {
    dict = Ref<>::share(own);
  } else {
    dict = Ref<>(TRY(Dict::make(thread)));
    frame.locals.store(frame, dict.value());
  }
  Tuple& names = as<Tuple>(code.local_names.peek());
  RootVector values;
  take_locals(thread, frame, names.length, values);
  TRY(add_locals(thread, as<Dict>(dict), names, code, values));
  Function& function = as<Function>(frame.function.peek());
  if (is<Tuple>(function.closure.peek()) && !(frame.trace_flags & FrameObject::kCleared)) {
    Tuple& cells = as<Tuple>(function.closure.peek());
    Tuple& free_names = as<Tuple>(code.free_names.peek());
    for (isize i = 0; i < free_names.length && i < cells.length; ++i) {
      const Value value = as<Cell>(cells[i]).content.peek();
      if (!value.is_empty()) TRY(as<Dict>(dict).set(thread, free_names[i], value));
    }
  }
  return dict;
}

}  // namespace py
