// termios: control of terminals.
#include <sys/ioctl.h>
#include <termios.h>

#include <cerrno>
#include <cstring>

#include "core/modules/exception_class.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"

namespace py {

namespace {

ModuleException error;

Failure raise_errno(Thread& thread) {
  Ref<Str> text = TRY(Str::from_ascii(thread, std::strerror(errno)));
  Ref<> problem = TRY(call(thread, error.value(), {Value::integer(errno), text.value()}));
  return raise_value(thread, problem);
}

// Makes a call that may wait for the terminal; false: errno says why.
template <class Call>
bool succeeds(Thread& thread, Call&& system_call) {
  Detached detached(thread);
  return system_call() >= 0;
}

// Without ICANON the places of VMIN and VTIME hold numbers.
bool is_number_place(const termios& mode, usize place) {
  return !(mode.c_lflag & ICANON) && (place == VMIN || place == VTIME);
}

Result<Ref<List>> termios_tcgetattr(Thread& thread, Descriptor fd) {
  termios mode;
  if (!succeeds(thread, [&] { return tcgetattr(fd, &mode); })) return raise_errno(thread);
  Ref<List> characters = TRY(List::make(thread));
  for (usize i = 0; i < NCCS; ++i) {
    if (is_number_place(mode, i)) {
      TRY(characters->append(thread, Value::integer(mode.c_cc[i])));
    } else {
      TRY(characters->append(thread, Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<char*>(&mode.c_cc[i]), 1})))));
    }
  }
  Ref<List> result = TRY(List::make(thread));
  for (u32 word : {mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, cfgetispeed(&mode), cfgetospeed(&mode)}) {
    TRY(result->append(thread, Value::integer(word)));
  }
  TRY(result->append(thread, characters.value()));
  return result;
}

Result<void> read_characters(Thread& thread, Value value, termios& mode) {
  if (!is<List>(value) || as<List>(value).length() != NCCS) {
    return raise(thread, types.TypeError, "tcsetattr: attributes[6] must be list of length {}", NCCS);
  }
  for (usize i = 0; i < NCCS; ++i) {
    Ref<> item = Ref<>::share(as<List>(value).peek(static_cast<isize>(i)));
    if (is<Bytes>(item) && as<Bytes>(item).length == 1) {
      mode.c_cc[i] = as<Bytes>(item).data()[0];
    } else if (is_integer(item)) {
      mode.c_cc[i] = static_cast<cc_t>(TRY(to_i64(thread, item)));
    } else {
      return raise(thread, types.TypeError, "tcsetattr: elements of attributes must be characters or integers");
    }
  }
  return {};
}

Result<void> termios_tcsetattr(Thread& thread, Descriptor fd, int when, Value attributes) {
  if (!is<List>(attributes) || as<List>(attributes).length() != 7) {
    return raise(thread, types.TypeError, "tcsetattr, arg 3: must be 7 element list");
  }
  Ref<Tuple> items = TRY(to_tuple(thread, attributes));
  termios mode;
  if (!succeeds(thread, [&] { return tcgetattr(fd, &mode); })) return raise_errno(thread);
  tcflag_t* words[] = {&mode.c_iflag, &mode.c_oflag, &mode.c_cflag, &mode.c_lflag};
  for (isize i = 0; i < 4; ++i) *words[i] = static_cast<tcflag_t>(TRY(to_i64(thread, (*items)[i])));
  const auto input = static_cast<speed_t>(TRY(to_i64(thread, (*items)[4]))),
             output = static_cast<speed_t>(TRY(to_i64(thread, (*items)[5])));
  TRY(read_characters(thread, (*items)[6], mode));
  if (cfsetispeed(&mode, input) < 0 || cfsetospeed(&mode, output) < 0) return raise_errno(thread);
  if (!succeeds(thread, [&] { return tcsetattr(fd, when, &mode); })) return raise_errno(thread);
  return {};
}

template <int (*control)(int, int)>
Result<void> control_terminal(Thread& thread, Descriptor fd, int argument) {
  if (!succeeds(thread, [&] { return control(fd, argument); })) return raise_errno(thread);
  return {};
}
Result<void> termios_tcdrain(Thread& thread, Descriptor fd) {
  if (!succeeds(thread, [&] { return tcdrain(fd); })) return raise_errno(thread);
  return {};
}
Result<Ref<Tuple>> termios_tcgetwinsize(Thread& thread, Descriptor fd) {
  winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return raise_errno(thread);
  return Tuple::from(thread, {Value::integer(size.ws_row), Value::integer(size.ws_col)});
}
Result<void> termios_tcsetwinsize(Thread& thread, Descriptor fd, Value value) {
  Ref<> sequence = TRY(to_fast_sequence(thread, value, "tcsetwinsize, arg 2: must be a two-item sequence"));
  Ref<Tuple> pair = TRY(to_tuple(thread, sequence));
  if (pair->length != 2) return raise(thread, types.TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
  winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return raise_errno(thread);
  const i64 rows = TRY(to_i64(thread, (*pair)[0])), columns = TRY(to_i64(thread, (*pair)[1]));
  if (rows < 0 || rows > 0xFFFF || columns < 0 || columns > 0xFFFF) {
    return raise(thread, types.OverflowError, "winsize value(s) out of range.");
  }
  size.ws_row = static_cast<u16>(rows);
  size.ws_col = static_cast<u16>(columns);
  if (ioctl(fd, TIOCSWINSZ, &size) < 0) return raise_errno(thread);
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<termios_tcgetattr>("tcgetattr(fd, /)", "Get the tty attributes for file descriptor fd."),
    function<termios_tcsetattr>("tcsetattr(fd, when, attributes, /)", "Set the tty attributes for file descriptor fd."),
    function<control_terminal<tcsendbreak>>("tcsendbreak(fd, duration, /)", "Send a break on file descriptor fd."),
    function<termios_tcdrain>("tcdrain(fd, /)",
                              "Wait until all output written to file descriptor fd has been transmitted."),
    function<control_terminal<tcflush>>("tcflush(fd, queue, /)", "Discard queued data on file descriptor fd."),
    function<control_terminal<tcflow>>("tcflow(fd, action, /)",
                                       "Suspend or resume input or output on file descriptor fd."),
    function<termios_tcgetwinsize>("tcgetwinsize(fd, /)", "Get the tty winsize for file descriptor fd."),
    function<termios_tcsetwinsize>("tcsetwinsize(fd, winsize, /)", "Set the tty winsize for file descriptor fd."),
};
#define C(name) {#name, static_cast<i64>(name)}
constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {
    C(B0),
    C(B1000000),
    C(B110),
    C(B115200),
    C(B1152000),
    C(B1200),
    C(B134),
    C(B150),
    C(B1500000),
    C(B1800),
    C(B19200),
    C(B200),
    C(B2000000),
    C(B230400),
    C(B2400),
    C(B2500000),
    C(B300),
    C(B3000000),
    C(B3500000),
    C(B38400),
    C(B4000000),
    C(B460800),
    C(B4800),
    C(B50),
    C(B500000),
    C(B57600),
    C(B576000),
    C(B600),
    C(B75),
    C(B921600),
    C(B9600),
    C(BRKINT),
    C(BS0),
    C(BS1),
    C(BSDLY),
    C(CBAUD),
    C(CBAUDEX),
    C(CDSUSP),
    C(CEOF),
    C(CEOL),
    C(CEOT),
    C(CERASE),
    C(CFLUSH),
    C(CIBAUD),
    C(CINTR),
    C(CKILL),
    C(CLNEXT),
    C(CLOCAL),
    C(CQUIT),
    C(CR0),
    C(CR1),
    C(CR2),
    C(CR3),
    C(CRDLY),
    C(CREAD),
    C(CRPRNT),
    C(CRTSCTS),
    C(CS5),
    C(CS6),
    C(CS7),
    C(CS8),
    C(CSIZE),
    C(CSTART),
    C(CSTOP),
    C(CSTOPB),
    C(CSUSP),
    C(CWERASE),
    C(ECHO),
    C(ECHOCTL),
    C(ECHOE),
    C(ECHOK),
    C(ECHOKE),
    C(ECHONL),
    C(ECHOPRT),
    C(EXTA),
    C(EXTB),
    C(FF0),
    C(FF1),
    C(FFDLY),
    C(FIOASYNC),
    C(FIOCLEX),
    C(FIONBIO),
    C(FIONCLEX),
    C(FIONREAD),
    C(FLUSHO),
    C(HUPCL),
    C(ICANON),
    C(ICRNL),
    C(IEXTEN),
    C(IGNBRK),
    C(IGNCR),
    C(IGNPAR),
    C(IMAXBEL),
    C(INLCR),
    C(INPCK),
    C(IOCSIZE_MASK),
    C(IOCSIZE_SHIFT),
    C(ISIG),
    C(ISTRIP),
    C(IUCLC),
    C(IXANY),
    C(IXOFF),
    C(IXON),
    C(NCC),
    C(NCCS),
    C(NL0),
    C(NL1),
    C(NLDLY),
    C(NOFLSH),
    C(N_MOUSE),
    C(N_PPP),
    C(N_SLIP),
    C(N_STRIP),
    C(N_TTY),
    C(OCRNL),
    C(OFDEL),
    C(OFILL),
    C(OLCUC),
    C(ONLCR),
    C(ONLRET),
    C(ONOCR),
    C(OPOST),
    C(PARENB),
    C(PARMRK),
    C(PARODD),
    C(PENDIN),
    C(TAB0),
    C(TAB1),
    C(TAB2),
    C(TAB3),
    C(TABDLY),
    C(TCFLSH),
    C(TCGETA),
    C(TCGETS),
    C(TCIFLUSH),
    C(TCIOFF),
    C(TCIOFLUSH),
    C(TCION),
    C(TCOFLUSH),
    C(TCOOFF),
    C(TCOON),
    C(TCSADRAIN),
    C(TCSAFLUSH),
    C(TCSANOW),
    C(TCSBRK),
    C(TCSBRKP),
    C(TCSETA),
    C(TCSETAF),
    C(TCSETAW),
    C(TCSETS),
    C(TCSETSF),
    C(TCSETSW),
    C(TCXONC),
    C(TIOCCONS),
    C(TIOCEXCL),
    C(TIOCGETD),
    C(TIOCGICOUNT),
    C(TIOCGLCKTRMIOS),
    C(TIOCGPGRP),
    C(TIOCGSERIAL),
    C(TIOCGSOFTCAR),
    C(TIOCGWINSZ),
    C(TIOCINQ),
    C(TIOCLINUX),
    C(TIOCMBIC),
    C(TIOCMBIS),
    C(TIOCMGET),
    C(TIOCMIWAIT),
    C(TIOCMSET),
    C(TIOCM_CAR),
    C(TIOCM_CD),
    C(TIOCM_CTS),
    C(TIOCM_DSR),
    C(TIOCM_DTR),
    C(TIOCM_LE),
    C(TIOCM_RI),
    C(TIOCM_RNG),
    C(TIOCM_RTS),
    C(TIOCM_SR),
    C(TIOCM_ST),
    C(TIOCNOTTY),
    C(TIOCNXCL),
    C(TIOCOUTQ),
    C(TIOCPKT),
    C(TIOCPKT_DATA),
    C(TIOCPKT_DOSTOP),
    C(TIOCPKT_FLUSHREAD),
    C(TIOCPKT_FLUSHWRITE),
    C(TIOCPKT_NOSTOP),
    C(TIOCPKT_START),
    C(TIOCPKT_STOP),
    C(TIOCSCTTY),
    C(TIOCSERCONFIG),
    C(TIOCSERGETLSR),
    C(TIOCSERGETMULTI),
    C(TIOCSERGSTRUCT),
    C(TIOCSERGWILD),
    C(TIOCSERSETMULTI),
    C(TIOCSERSWILD),
    C(TIOCSER_TEMT),
    C(TIOCSETD),
    C(TIOCSLCKTRMIOS),
    C(TIOCSPGRP),
    C(TIOCSSERIAL),
    C(TIOCSSOFTCAR),
    C(TIOCSTI),
    C(TIOCSWINSZ),
    C(TOSTOP),
    C(VDISCARD),
    C(VEOF),
    C(VEOL),
    C(VEOL2),
    C(VERASE),
    C(VINTR),
    C(VKILL),
    C(VLNEXT),
    C(VMIN),
    C(VQUIT),
    C(VREPRINT),
    C(VSTART),
    C(VSTOP),
    C(VSUSP),
    C(VSWTC),
    {"VSWTCH", 7},
    C(VT0),
    C(VT1),
    C(VTDLY),
    C(VTIME),
    C(VWERASE),
    C(XCASE),
    C(XTABS),
};
#undef C

Result<void> initialize(Thread& thread, Module& module) {
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  return error.add(thread, module, "termios", "error");
}

}  // namespace

const ModuleSpec kTermiosModule = {"termios",
                                   "This module provides an interface to the Posix calls for tty I/O control.",
                                   kFunctions, std::size(kFunctions), initialize};

}  // namespace py
