package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a properties file, in which one value can be changed and all else stays as somebody
 * wrote it: comments, order, spaces, line ends.
 */
final class PropertiesText {
  private static final String SPACES = " \t\f";

  private final String text;

  PropertiesText(String text) {
    this.text = text;
  }

  /**
   * The text with another value. Of several lines with the key the one that counts is changed, the
   * last; without one, a line that was commented out comes to life, or a line is added at the end.
   *
   * @throws IllegalStateException when the result would not be read as meant
   */
  String with(String key, String value) {
    String changed = change(key, value);
    Properties wanted = properties(text);
    wanted.setProperty(key, value);
    if (!properties(changed).equals(wanted)) {
      throw new IllegalStateException("cannot be changed by command; edit it: " + key);
    }
    return changed;
  }

  private String change(String key, String value) {
    Line counts = null;
    Line commented = null;
    for (Line line : lines()) {
      if (line.comment) {
        commented = line.isCommentedOut(text, key) ? line : commented;
      } else if (key.equals(line.key(text))) {
        counts = line;
      }
    }
    if (counts != null) {
      return counts.withValue(text, value);
    }
    return commented != null
        ? text.substring(0, commented.begin) + key + " = " + value + text.substring(commented.end)
        : appended(key + " = " + value);
  }

  private String appended(String line) {
    String lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
    boolean ended = text.isEmpty() || text.endsWith("\n") || text.endsWith("\r");
    // After a backslash at the very end the next line would still belong to the last one.
    String gap = ended ? "" : text.endsWith("\\") ? lineEnd + lineEnd : lineEnd;
    return text + gap + line + lineEnd;
  }

  private static Properties properties(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new AssertionError("a string can be read", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("cannot be read: " + e.getMessage(), e);
    }
    return properties;
  }

  /**
   * What counts as lines: one that ends in a backslash goes on in the next; blank ones left out.
   */
  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int begin = at;
      while (at < text.length() && SPACES.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      boolean comment = at < text.length() && "#!".indexOf(text.charAt(at)) >= 0;
      int end = lineEnd(at);
      while (!comment && end < text.length() && endsInBackslash(at, end)) {
        end = lineEnd(afterLineEnd(end));
      }
      if (end > at) {
        lines.add(new Line(begin, end, comment));
      }
      at = afterLineEnd(end);
    }
    return lines;
  }

  private int lineEnd(int from) {
    int at = from;
    while (at < text.length() && !isLineEnd(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private int afterLineEnd(int end) {
    return text.startsWith("\r\n", end) ? end + 2 : end + 1;
  }

  private boolean endsInBackslash(int begin, int end) {
    int at = end;
    while (at > begin && text.charAt(at - 1) == '\\') {
      at--;
    }
    return (end - at) % 2 == 1;
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  /** From {@code begin} to {@code end}, without the line's end. */
  private record Line(int begin, int end, boolean comment) {
    String key(String text) {
      return properties(text.substring(begin, end)).stringPropertyNames().stream()
          .findFirst()
          .orElse(null);
    }

    /** A sentence about the key is no commented out setting: that has a separator and one word. */
    boolean isCommentedOut(String text, String key) {
      Matcher setting =
          Pattern.compile(
                  "[ \\t]*[#!]+[ \\t]*" + Pattern.quote(key) + "[ \\t]*[=:][ \\t]*\\S*[ \\t]*")
              .matcher(text.substring(begin, end));
      return setting.matches();
    }

    String withValue(String text, String value) {
      int keyBegin = skipSpaces(text, begin);
      int keyEnd = keyBegin;
      while (keyEnd < end && !isSeparator(text.charAt(keyEnd))) {
        keyEnd = goesOn(text, keyEnd) ? skipSpaces(text, keyEnd) : afterCharacter(text, keyEnd);
      }
      keyEnd = Math.min(keyEnd, end);
      int at = skipSpaces(text, keyEnd);
      if (at < end && "=:".indexOf(text.charAt(at)) >= 0) {
        at = skipSpaces(text, at + 1);
      }
      String separator = at == keyEnd ? " = " : "";
      return text.substring(0, at) + separator + value + text.substring(end);
    }

    /** Over spaces, and over ends of lines that go on. */
    private int skipSpaces(String text, int from) {
      int at = from;
      while (at < end) {
        char c = text.charAt(at);
        if (goesOn(text, at)) {
          at += text.startsWith("\r\n", at + 1) ? 3 : 2;
        } else if (SPACES.indexOf(c) >= 0) {
          at++;
        } else {
          break;
        }
      }
      return at;
    }

    private boolean goesOn(String text, int at) {
      return text.charAt(at) == '\\' && at + 1 < end && isLineEnd(text.charAt(at + 1));
    }

    private static int afterCharacter(String text, int at) {
      return text.charAt(at) == '\\' ? at + 2 : at + 1;
    }

    private static boolean isSeparator(char c) {
      return c == '=' || c == ':' || SPACES.indexOf(c) >= 0;
    }
  }
}
