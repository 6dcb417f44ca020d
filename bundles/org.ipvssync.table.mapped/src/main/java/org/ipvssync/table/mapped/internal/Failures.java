package org.ipvssync.table.mapped.internal;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Failures as words for a line of the log. */
final class Failures {
  private Failures() {}

  /** Why, without the file's name, which the line has already. */
  static String reason(Exception e) {
    return switch (e) {
      case UncheckedIOException unchecked -> reason(unchecked.getCause());
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException none -> "no such file or folder";
      case FileAlreadyExistsException exists -> "there is a file of that name";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
