package dev.cvt.goplugin.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                  ! {}
          {"a":"b"}                           ! {a=b}
           { "a" : "b" , "c" : "d" }          ! {a=b, c=d}
          {"a":1,"b":-1.5e3,"c":true}         ! {a=1, b=-1.5e3, c=true}
          {"a":null,"b":false}                ! {a=null, b=false}
          {"a":{"x":[1,{"y":"z"}]},"b":[]}    ! {a={"x":[1,{"y":"z"}]}, b=[]}
          {"a":"\\"\\\\\\/\\u00e4\\ud83d\\ude00"} ! {a="\\/ä😀}
          {"a":"1","a":"2"}                   ! {a=2}
          {"":""}                             ! {=}
          """)
  void object_wellFormed_givesKeysAndTexts(String text, String values) {
    assertThat(Json.object(text, false).orElseThrow().values()).hasToString(values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "\"a\"",
        "1",
        "{",
        "}",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":b}",
        "{\"a\":\"b\"",
        "{\"a\":\"b\"}x",
        "{a:\"b\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"b\",}",
        "{\"a\":[1,]}",
        "{\"a\":tru}",
        "{'a':'b'}",
        "{\"a\":\"\t\"}"
      })
  void text_ofAnotherKind_isNone(String text) {
    assertThat(Json.object(text, false)).isEmpty();
  }

  @Test
  void nesting_tooDeep_isNone() {
    assertThat(Json.object("{\"a\":" + "[".repeat(100_000), true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":"b","c":"de          ! {a=b, c=de} ! c
          {"a":"b","c":"d\\u00      ! {a=b, c=d}  ! c
          {"a":"b","c":"d\\         ! {a=b, c=d}  ! c
          {"a":"b","c":[1,2         ! {a=b, c=[1,2} ! c
          {"a":"b","c":             ! {a=b, c=}   ! c
          {"a":"b","c               ! {a=b}       ! ``
          {"a":"b",                 ! {a=b}       ! ``
          {"a":"b"                  ! {a=b}       ! ``
          """)
  void object_cutOff_givesWhatCameBefore(String text, String values, String unfinished) {
    var content = Json.object(text, true).orElseThrow();
    assertThat(content.values()).hasToString(values);
    assertThat(content.unfinished().orElse("")).isEqualTo(unfinished);
  }

  @Test
  void anyText_neverBreaksTheReader() {
    var random = new Random(2);
    var alphabet = "{}[]\":,\\ue10ntfa \u0000é";
    for (int round = 0; round < 50_000; round++) {
      var text = new StringBuilder("{");
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Json.object(text.toString(), random.nextBoolean())
          .ifPresent(content -> assertThat(content.values()).isNotNull());
    }
  }
}
