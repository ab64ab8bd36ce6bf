// syslog. Threads: openlog() keeps the identity's text, which is therefore kept here under a lock.
#include <syslog.h>

#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "core/object/codec_registry.h"
#include "core/vm/sys_access.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

Mutex log_mutex;
std::string identity;
bool is_open = false;

// Lone surrogates are an error.
Result<std::string> strict_utf8(Thread& thread, Str& text) {
  Ref<> bytes = TRY(encode_utf8(thread, text));
  return std::string(as<Bytes>(bytes).view());
}

// The program's name as sys.argv[0] has it.
Result<std::string> default_identity(Thread& thread) {
  Ref<> arguments = sys_attribute(thread, "argv");
  if (!is<List>(arguments) || as<List>(arguments).length() == 0) return std::string();
  Ref<> first = Ref<>::share(as<List>(arguments).peek(0));
  if (!is<Str>(first)) return std::string();
  const std::string path = as<Str>(first).utf8();
  return path.substr(path.rfind('/') + 1);
}

Result<void> syslog_openlog(Thread& thread, Str* ident, int options, int facility) {
  std::string name = ident ? TRY(strict_utf8(thread, *ident)) : TRY(default_identity(thread));
  MutexGuard guard(log_mutex);
  identity = std::move(name);
  openlog(identity.empty() ? nullptr : identity.c_str(), options, facility);
  is_open = true;
  return {};
}
// syslog([priority,] message)
Result<void> syslog_syslog(Thread& thread, Rest arguments) {
  if (arguments.count < 1 || arguments.count > 2)
    return raise(thread, types.TypeError, "syslog.syslog requires 1 to 2 arguments");
  const int priority = arguments.count == 2 ? TRY(to_int(thread, arguments.values[0])) : LOG_INFO;
  const Value message = arguments.values[arguments.count - 1];
  if (!is<Str>(message))
    return raise(thread, types.TypeError, "syslog() argument must be str, not {}", type_of(message));
  const std::string text = TRY(strict_utf8(thread, as<Str>(message)));
  bool open;
  {
    MutexGuard guard(log_mutex);
    open = is_open;
  }
  if (!open) TRY(syslog_openlog(thread, nullptr, 0, LOG_USER));
  Detached detached(thread);
  syslog(priority, "%s", text.c_str());
  return {};
}
Result<void> syslog_closelog(Thread&) {
  MutexGuard guard(log_mutex);
  if (is_open) closelog();
  is_open = false;
  return {};
}
Result<int> syslog_setlogmask(Thread&, int mask) { return setlogmask(mask); }
Result<int> syslog_log_mask(Thread&, int priority) { return LOG_MASK(priority); }
Result<int> syslog_log_upto(Thread&, int priority) { return LOG_UPTO(priority); }

constexpr MethodSpec kFunctions[] = {
    function<syslog_openlog>("openlog(ident=None, logoption=0, facility=8)",
                             "Set logging options of subsequent syslog() calls."),
    function<syslog_syslog>("syslog(*arguments)",
                            "syslog([priority=LOG_INFO,] message)\n\nSend the string message to the system logger."),
    function<syslog_closelog>("closelog()", "Reset the syslog module values and call the system library closelog()."),
    function<syslog_setlogmask>("setlogmask(maskpri, /)",
                                "Set the priority mask to maskpri and return the previous mask value."),
    function<syslog_log_mask>("LOG_MASK(pri, /)", "Calculates the mask for the individual priority pri."),
    function<syslog_log_upto>("LOG_UPTO(pri, /)", "Calculates the mask for all priorities up to and including pri."),
};
#define C(name) {#name, name}
constexpr struct {
  const char* name;
  int value;
} kConstants[] = {
    C(LOG_EMERG),  C(LOG_ALERT),  C(LOG_CRIT),   C(LOG_ERR),    C(LOG_WARNING),  C(LOG_NOTICE), C(LOG_INFO),
    C(LOG_DEBUG),  C(LOG_PID),    C(LOG_CONS),   C(LOG_NDELAY), C(LOG_ODELAY),   C(LOG_NOWAIT), C(LOG_PERROR),
    C(LOG_KERN),   C(LOG_USER),   C(LOG_MAIL),   C(LOG_DAEMON), C(LOG_AUTH),     C(LOG_LPR),    C(LOG_LOCAL0),
    C(LOG_LOCAL1), C(LOG_LOCAL2), C(LOG_LOCAL3), C(LOG_LOCAL4), C(LOG_LOCAL5),   C(LOG_LOCAL6), C(LOG_LOCAL7),
    C(LOG_SYSLOG), C(LOG_CRON),   C(LOG_UUCP),   C(LOG_NEWS),   C(LOG_AUTHPRIV),
};
#undef C

Result<void> initialize(Thread& thread, Module& module) {
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  return {};
}

}  // namespace

const ModuleSpec kSyslogModule = {"syslog", nullptr, kFunctions, std::size(kFunctions), initialize};

}  // namespace py
