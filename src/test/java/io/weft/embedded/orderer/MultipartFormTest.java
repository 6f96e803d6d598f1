package io.weft.embedded.orderer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.embedded.orderer.MultipartForm.Part;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MultipartFormTest {
    private static final String TYPE = "multipart/form-data; boundary=xyz";

    private static Optional<List<Part>> parse(String type, String body) {
        return MultipartForm.parse(type, ByteString.copyFrom(body, StandardCharsets.ISO_8859_1));
    }

    @Test
    void parts_keep_their_bytes() {
        String binary = "\0\u00ff\r\n--xy\r\n\r\n";
        List<Part> parts = parse(
                        TYPE,
                        "--xyz\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n"
                                + "Content-Type: application/octet-stream\r\n\r\n" + binary
                                + "\r\n--xyz\r\ncontent-disposition: form-data; name=b\r\n\r\nv\r\n--xyz--\r\n")
                .orElseThrow();
        assertThat(parts).extracting(Part::name).containsExactly("a", "b");
        assertThat(parts).extracting(Part::isFile).containsExactly(true, false);
        assertThat(parts.get(0).content()).isEqualTo(ByteString.copyFrom(binary, StandardCharsets.ISO_8859_1));
    }

    @Test
    void an_empty_file_is_a_file() {
        assertThat(parse(
                                TYPE,
                                "--xyz\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n\r\n--xyz--\r\n")
                        .orElseThrow()
                        .get(0)
                        .content())
                .isEmpty();
    }

    @Test
    void a_quoted_boundary_is_understood() {
        assertThat(parse(
                                "multipart/form-data; charset=utf-8; boundary=\"x y\"",
                                "--x y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n--x y--")
                        .orElseThrow())
                .hasSize(1);
    }

    @Test
    void what_breaks_off_is_no_form() {
        assertThat(parse(TYPE, "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv"))
                .isEmpty();
        assertThat(parse(TYPE, "--xyz")).isEmpty();
        assertThat(parse(TYPE, "")).isEmpty();
        assertThat(parse(TYPE, "nothing")).isEmpty();
        assertThat(parse("multipart/form-data", "--xyz--")).isEmpty();
    }
}
