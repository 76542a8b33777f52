/** perfmark-api: tracing that does nothing until its implementation is added. */
module io.perfmark {
  exports io.perfmark;

  requires static com.google.errorprone.annotations;
}
