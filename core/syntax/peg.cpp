#include "core/syntax/peg.h"

namespace py {
namespace {

constexpr u32 kMaxDepth = 12000;  // frames of match(), some 200 bytes each

bool is_soft_keyword(std::string_view name) { return name == "match" || name == "case" || name == "_"; }

}  // namespace

bool PegRun::run(const char* rule, u32 start, bool with_bad_rules) {
  bad_rules_ = with_bad_rules;
  for (auto& row : memo_) row.clear();
  depth_ = 0;
  last_read_ = std::max(last_read_, start);
  return match_rule(grammar_.rule(rule), start) != kFailed;
}

u32 PegRun::match_rule(u32 rule, u32 position) {
  const std::string& name = grammar_.rule_names[rule];
  bool is_bad = name.starts_with("bad_");
  if (is_bad && !bad_rules_) return kFailed;
  // The row has two halves: with bad rules and without.
  auto& row = memo_[position];
  u32 rules = grammar_.rule_names.size();
  if (row.empty()) row.assign(rules * 2, 0);
  u32 key = rule + (bad_rules_ || grammar_.shared_memo[rule] ? 0 : rules);
  if (row[key] != 0) return row[key] == 1 ? kFailed : row[key] - 2;
  bool plain = name == "expression_plain";
  bool saved = bad_rules_;
  if (plain) bad_rules_ = false;
  PegSpan spans[2];
  u32 end = match(grammar_.rule_bodies[rule], position, spans);
  bad_rules_ = saved;
  if (!stopped_) memo_[position][key] = end == kFailed ? 1 : end + 2;
  return end;
}

u32 PegRun::match_sequence(const PegNode& node, u32 position, PegSpan* spans, bool* cut) {
  for (u32 child : node.children) {
    const PegNode& item = grammar_.nodes[child];
    if (item.kind == PegNode::Kind::Cut) {
      *cut = true;
      continue;
    }
    u32 end = match(child, position, spans);
    if (end == kFailed) return kFailed;
    if (item.capture >= 0) {
      spans[item.capture] = {position, end, item.kind == PegNode::Kind::Rule ? item.value : ~0u};
    }
    position = end;
  }
  return position;
}

u32 PegRun::match(u32 index, u32 position, PegSpan* spans) {
  if (stopped_) return kFailed;
  const PegNode& node = grammar_.nodes[index];
  if (++depth_ > kMaxDepth) {
    stopped_ = too_deep_ = true;
    return kFailed;
  }
  struct Leave {
    u32& depth;
    ~Leave() { --depth; }
  } leave{depth_};
  switch (node.kind) {
    case PegNode::Kind::Token:
    case PegNode::Kind::TokenSet:
    case PegNode::Kind::SoftKeyword: {
      const Token& token = read(position);
      if (token.kind == TokenKind::Error) {
        stopped_ = true;
        return kFailed;
      }
      bool fits = node.kind == PegNode::Kind::Token ? static_cast<u32>(token.kind) == node.value
                  : node.kind == PegNode::Kind::TokenSet
                      ? in_set(token, node.value)
                      : token.kind == TokenKind::Name && token.identifier->text == node.text;
      return fits ? position + 1 : kFailed;
    }
    case PegNode::Kind::Forced: {
      const Token& token = read(position);
      if (static_cast<u32>(token.kind) == node.value) return position + 1;
      if (token.kind != TokenKind::Error) reporter_.expected(position, node.text);
      stopped_ = true;
      return kFailed;
    }
    case PegNode::Kind::Rule: return match_rule(node.value, position);
    case PegNode::Kind::Sequence: {
      bool cut = false;
      return match_sequence(node, position, spans, &cut);
    }
    case PegNode::Kind::Choice:
      for (u32 child : node.children) {
        bool cut = false;
        u32 end = match_sequence(grammar_.nodes[child], position, spans, &cut);
        if (end != kFailed) return end;
        if (cut || stopped_) return kFailed;
      }
      return kFailed;
    case PegNode::Kind::Optional: {
      u32 end = match(node.children[0], position, spans);
      return end == kFailed && !stopped_ ? position : end;
    }
    case PegNode::Kind::Repeat: {
      u32 count = 0;
      for (;; ++count) {
        u32 end = match(node.children[0], position, spans);
        if (end == kFailed || end == position) break;
        position = end;
      }
      return stopped_ || count < node.value ? kFailed : position;
    }
    case PegNode::Kind::Gather: {
      u32 end = match(node.children[1], position, spans);
      while (end != kFailed) {
        position = end;
        u32 separator = match(node.children[0], position, spans);
        if (separator == kFailed) return stopped_ ? kFailed : position;
        end = match(node.children[1], separator, spans);
        if (end == kFailed) return stopped_ ? kFailed : position;
      }
      return kFailed;
    }
    case PegNode::Kind::And: return match(node.children[0], position, spans) != kFailed ? position : kFailed;
    case PegNode::Kind::Not: {
      u32 end = match(node.children[0], position, spans);
      return stopped_ || end != kFailed ? kFailed : position;
    }
    case PegNode::Kind::Cut: return position;
    case PegNode::Kind::Report:
      if (reporter_.report(grammar_.reports[node.value], spans, position)) stopped_ = true;
      return kFailed;
  }
  return kFailed;
}

bool PegRun::in_set(const Token& token, u32 set) const {
  switch (set) {
    case kAugmentedSet:
      switch (token.kind) {
        case TokenKind::PlusEqual:
        case TokenKind::MinusEqual:
        case TokenKind::StarEqual:
        case TokenKind::AtEqual:
        case TokenKind::SlashEqual:
        case TokenKind::PercentEqual:
        case TokenKind::AmpersandEqual:
        case TokenKind::PipeEqual:
        case TokenKind::CaretEqual:
        case TokenKind::LeftShiftEqual:
        case TokenKind::RightShiftEqual:
        case TokenKind::DoubleStarEqual:
        case TokenKind::DoubleSlashEqual: return true;
        default: return false;
      }
    case kCompareSet:
      switch (token.kind) {
        case TokenKind::NotEqual: return source_[token.start] == '!';
        case TokenKind::EqualEqual:
        case TokenKind::Less:
        case TokenKind::LessEqual:
        case TokenKind::Greater:
        case TokenKind::GreaterEqual: return true;
        default: return false;
      }
    case kBinarySet:
      switch (token.kind) {
        case TokenKind::Pipe:
        case TokenKind::Caret:
        case TokenKind::Ampersand:
        case TokenKind::LeftShift:
        case TokenKind::RightShift:
        case TokenKind::Plus:
        case TokenKind::Minus:
        case TokenKind::Star:
        case TokenKind::Slash:
        case TokenKind::DoubleSlash:
        case TokenKind::Percent:
        case TokenKind::At: return true;
        default: return false;
      }
    case kUnarySet:
      return token.kind == TokenKind::Plus || token.kind == TokenKind::Minus || token.kind == TokenKind::Tilde;
    default: return token.kind == TokenKind::Name && is_soft_keyword(token.identifier->text);
  }
}

}  // namespace py
