package io.weft.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weft.policy.SignaturePolicy.NOutOf;
import io.weft.policy.SignaturePolicy.SignedBy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturePolicyTest {
    private static final Principal ORG1_PEER = new Principal("Org1MSP", Role.PEER);
    private static final Principal ORG2_PEER = new Principal("Org2MSP", Role.PEER);

    @Test
    void and_needs_all_and_or_needs_one() {
        assertThat(SignaturePolicy.parse("AND('Org1MSP.peer','Org2MSP.peer')"))
                .isEqualTo(new NOutOf(2, List.of(new SignedBy(0, ORG1_PEER), new SignedBy(1, ORG2_PEER))));
        assertThat(SignaturePolicy.parse("or( 'Org1MSP.peer' ,\n\"Org2MSP.peer\" )"))
                .isEqualTo(new NOutOf(1, List.of(new SignedBy(0, ORG1_PEER), new SignedBy(1, ORG2_PEER))));
    }

    @Test
    void repeated_principals_are_kept() {
        assertThat(SignaturePolicy.parse("OutOf(2,'Org1MSP.peer','Org2MSP.peer','Org1MSP.peer')")
                        .principals())
                .containsExactly(ORG1_PEER, ORG2_PEER, ORG1_PEER);
    }

    @Test
    void principals_of_nested_gates_are_numbered_before_the_own_ones_as_fabric_does() {
        SignaturePolicy policy = SignaturePolicy.parse("AND('A.member', OR('B.admin','C.client'), 'D.orderer')");

        assertThat(policy.principals().stream().map(Principal::toString))
                .containsExactly("B.admin", "C.client", "A.member", "D.orderer");
        assertThat(((NOutOf) policy).rules().get(0)).isEqualTo(new SignedBy(2, new Principal("A", Role.MEMBER)));
        assertThat(policy.mspIds()).containsExactly("A", "B", "C", "D");
    }

    @Test
    void the_last_dot_separates_msp_id_and_role() {
        assertThat(SignaturePolicy.parse("OR('org1.example.com.peer')").mspIds())
                .containsExactly("org1.example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AND('Org1MSP.peer','Org2MSP.peer')",
                "OR('Org1MSP.peer','Org2MSP.peer')",
                "OutOf(2,'A.member','B.member','C.member')",
                "OutOf(4,'A.member','B.member','C.member')",
                "OR(AND('A.member','B.member'),OutOf(2,'C.peer','D.peer','E.peer'))"
            })
    void printing_gives_the_text_back(String text) {
        SignaturePolicy policy = SignaturePolicy.parse(text);

        assertThat(policy).hasToString(text);
        assertThat(SignaturePolicy.parse(policy.toString())).isEqualTo(policy);
    }

    @Test
    void it_says_whether_signers_can_satisfy_it() {
        SignaturePolicy both = SignaturePolicy.parse("AND('Org1MSP.peer','Org2MSP.member')");

        assertThat(both.isSatisfiableBy(List.of(ORG1_PEER, ORG2_PEER))).isTrue();
        assertThat(both.isSatisfiableBy(List.of(ORG1_PEER))).isFalse();
        assertThat(SignaturePolicy.parse("OR('Org1MSP.admin')").isSatisfiableBy(List.of(ORG1_PEER)))
                .isFalse();
        assertThat(SignaturePolicy.parse("OutOf(3,'Org1MSP.peer','Org2MSP.peer')")
                        .isSatisfiableBy(List.of(ORG1_PEER, ORG2_PEER)))
                .isFalse();
    }

    @Test
    void only_a_choice_of_principals_is_any_of() {
        assertThat(SignaturePolicy.parse("OR('A.member',OR('B.member'))").isAnyOf())
                .isTrue();
        assertThat(SignaturePolicy.parse("OR('A.member',AND('B.member','C.member'))")
                        .isAnyOf())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', textBlock = """
                    ##                              | 0  | The policy is empty; expected `AND(...)`, `OR(...)` or `OutOf(n,...)`.
                    'A.peer'                        | 0  | A policy starts with `AND`, `OR` or `OutOf`, found a principal alone; expected for example `OR('Org1MSP.peer')`.
                    XOR('A.peer')                   | 0  | Expected `AND`, `OR` or `OutOf`, found `XOR`.
                    oUtOf(1,'A.peer')               | 0  | Expected `AND`, `OR` or `OutOf`, found `oUtOf`.
                    AND 'A.peer'                    | 4  | Expected an opening parenthesis after `AND`, found `'`.
                    AND()                           | 4  | Expected a principal such as `'Org1MSP.peer'`, `AND`, `OR` or `OutOf`, found `)`.
                    AND('A.peer'                    | 12 | Expected a comma or a closing parenthesis, found the end.
                    AND('A.peer' 'B.peer')          | 13 | Expected a comma or a closing parenthesis, found `'`.
                    AND('A.peer)                    | 4  | The quote that opens here is never closed.
                    AND('A.peer',)                  | 13 | Expected a principal such as `'Org1MSP.peer'`, `AND`, `OR` or `OutOf`, found `)`.
                    AND('A.boss')                   | 7  | Expected one of the roles `member`, `admin`, `client`, `peer`, `orderer` after the last dot, found `boss`.
                    AND('A.Peer')                   | 7  | Expected one of the roles `member`, `admin`, `client`, `peer`, `orderer` after the last dot, found `Peer`.
                    AND('A')                        | 5  | Expected an MSP ID, a dot and a role, for example `'Org1MSP.peer'`, found `A`.
                    AND('Org_1.peer')               | 5  | An MSP ID consists of letters, digits, dots and hyphens, found `Org_1`.
                    OutOf('A.peer')                 | 6  | Expected how many of the arguments must sign, found `'`.
                    OutOf(0,'A.peer')               | 6  | At least 1 argument must sign, found `0`.
                    OutOf(2)                        | 7  | Expected a comma after the number, found `)`.
                    OR('A.peer'))                   | 12 | The policy should end here, found `)`.
                    """)
    void mistakes_are_located(String text, int offset, String message) {
        PolicySyntaxException e = catchThrowableOfType(
                PolicySyntaxException.class, () -> SignaturePolicy.parse(text == null ? "" : text));

        assertThat(e).hasMessage(message);
        assertThat(e.offset()).isEqualTo(offset);
    }

    @Test
    void endless_nesting_is_refused() {
        String text = "OR(".repeat(100_000);

        assertThatThrownBy(() -> SignaturePolicy.parse(text))
                .isInstanceOf(PolicySyntaxException.class)
                .hasMessage("The policy is nested deeper than 50 levels.");
    }
}
