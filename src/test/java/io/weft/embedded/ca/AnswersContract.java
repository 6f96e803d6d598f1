package io.weft.embedded.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.embedded.ca.RawCalls.Authorization;
import io.weft.embedded.ca.RawCalls.Reply;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.GoldenFile;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.pki.SigningKey;
import io.weft.pki.SigningRequest;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long conversation with a Fabric CA. What it answers at each step is in a golden file, which Fabric's own server
 * wrote ({@code -Dgolden.update=true} on {@link AnswersIT}): whoever passes answers as it does.
 */
abstract class AnswersContract {
    private static final BigInteger ORDER =
            ECNamedCurveTable.getParameterSpec("P-256").getN();
    private static final SigningKey KEY = SigningKey.generate(RunningCa.RANDOM);

    abstract RunningCa start(Path folder) throws Exception;

    private final StringBuilder transcript = new StringBuilder();
    private RunningCa ca;
    private RawCalls calls;
    private Transcriber transcriber;
    private Credential registrar;

    @Test
    void every_step_is_answered_as_fabric_answers_it(@TempDir Path folder) throws Exception {
        try (RunningCa running = start(folder)) {
            ca = running;
            calls = new RawCalls(running);
            transcriber = new Transcriber(running.signing().certificate());
            registrar = calls.enroll(RunningCa.REGISTRAR, RunningCa.PASSWORD);

            information();
            enrollmentRefused();
            certificates();
            tokens();
            registration();
            rights();
            limits();
            identities();
            reenrollment();
            listOfCertificates();
            revocation();
            revocationLists();
            affiliations();
            identitiesPosted();
        }
        GoldenFile.assertMatches("fabric-ca/answers.txt", transcript.toString());
    }

    private Reply step(String title, Authorization who, String method, String target, String body) {
        Reply reply = calls.send(who, method, target, body);
        transcript
                .append("# ")
                .append(title)
                .append('\n')
                .append(method)
                .append(' ')
                .append(Transcriber.anonymous(target))
                .append('\n')
                .append(transcriber.describe(method, reply))
                .append('\n');
        return reply;
    }

    private Authorization byRegistrar() {
        return calls.byToken(registrar);
    }

    private Reply asRegistrar(String title, String method, String path, String body) {
        return step(title, byRegistrar(), method, "/api/v1/" + path, body);
    }

    private void register(String title, String body) {
        asRegistrar(title, "POST", "register", body);
    }

    private Credential registered(String id, String more) {
        Reply reply = calls.send(
                byRegistrar(),
                "POST",
                "/api/v1/register",
                "{'id':'" + id + "','type':'client','secret':'pw'" + more + "}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return calls.enroll(id, "pw");
    }

    private static String csr(String id) {
        return SigningRequest.create(KEY, DistinguishedName.of(id), List.of());
    }

    private static String request(String csr, String more) {
        return "{'certificate_request':'" + RawCalls.inJson(csr) + "'" + more + "}";
    }

    private Reply enroll(String title, String body) {
        return step(title, calls.byPassword(RunningCa.REGISTRAR, RunningCa.PASSWORD), "POST", "/api/v1/enroll", body);
    }

    private Reply enroll(String title, String id, String secret, String more) {
        return step(title, calls.byPassword(id, secret), "POST", "/api/v1/enroll", request(csr(id), more));
    }

    private void information() {
        Authorization nobody = calls.byNobody();
        step("Whoever asks is told who it is", nobody, "GET", "/api/v1/cainfo", "");
        step("without the prefix, too", nobody, "GET", "/cainfo", "");
        step("by POST, too", nobody, "POST", "/api/v1/cainfo", "{'CANAME':'org1'}");
        step("Only that it is there", nobody, "HEAD", "/api/v1/cainfo", "");
        step("Another CA, in the parameter", nobody, "GET", "/api/v1/cainfo?ca=other", "");
        step("Another CA, in the body", nobody, "POST", "/api/v1/cainfo", "{'caname':'other'}");
        step("The parameter wins", nobody, "POST", "/api/v1/cainfo?ca=org1", "{'caname':'other'}");
        step("A method it does not take", nobody, "PUT", "/api/v1/cainfo", "");
        step("No such path", nobody, "GET", "/api/v1/nothing", "");
        step("No such path either", nobody, "GET", "/api/v1/cainfo/", "");
        step("Nor this one", nobody, "GET", "/api/v1/identities/", "");
    }

    private void enrollmentRefused() throws Exception {
        String good = request(csr(RunningCa.REGISTRAR), "");
        step("Enroll without a header", calls.byNobody(), "POST", "/api/v1/enroll", good);
        step("Enroll with some header", calls.byHeader("Basic !"), "POST", "/api/v1/enroll", good);
        step("Enroll with a token", byRegistrar(), "POST", "/api/v1/enroll", good);
        step("Enroll by GET", calls.byNobody(), "GET", "/api/v1/enroll", "");
        step("Unknown name", calls.byPassword("nobody", "pw"), "POST", "/api/v1/enroll", good);
        step("Wrong password", calls.byPassword(RunningCa.REGISTRAR, "pw"), "POST", "/api/v1/enroll", good);
        enroll("No JSON", "certificate");
        enroll("Half JSON", "{'certificate_request':");
        enroll("A list", "[]");
        enroll("A number for a text", "{'certificate_request':1}");
        enroll("No body", "");
        enroll("An empty body", "{}");
        enroll("No PEM", request("certificate", ""));
        enroll("Another CA", request(csr(RunningCa.REGISTRAR), ",'caname':'other'"));
        enroll("A certificate for a request", request(ca.signing().certificate().pem(), ""));
        enroll("Another common name", request(csr("somebody"), ""));
        enroll("Unknown profile", request(csr(RunningCa.REGISTRAR), ",'profile':'nothing'"));
        enroll("A signature by another key", request(Requests.forged(RunningCa.REGISTRAR), ""));
        enroll("A long organization", request(Requests.withOrganization(RunningCa.REGISTRAR, "o".repeat(65)), ""));
        enroll("An authority by the default profile", request(Requests.forAuthority(RunningCa.REGISTRAR), ""));
        enroll(
                "A missing attribute",
                request(
                        csr(RunningCa.REGISTRAR),
                        ",'attr_reqs':[{'name':'a'},{'name':'b'},{'name':'c','optional':true}]"));
    }

    private void certificates() throws Exception {
        enroll("The registrar's certificate", request(csr(RunningCa.REGISTRAR), ""));
        enroll(
                "A new request's old label",
                request(csr(RunningCa.REGISTRAR).replace("BEGIN ", "BEGIN NEW ").replace("END ", "END NEW "), ""));
        registered(
                "maker",
                ",'affiliation':'sales.north','attrs':[{'name':'b','value':'R&D <1>','ecert':true},"
                        + "{'name':'a','value':'2','ecert':true},{'name':'hidden','value':'3'}]");
        enroll("Attributes that certificates carry, and units", "maker", "pw", "");
        enroll(
                "Attributes that are asked for",
                "maker",
                "pw",
                ",'attr_reqs':[{'name':'hidden'},{'name':'x','optional':true}]");
        enroll("No attributes at all", "maker", "pw", ",'attr_reqs':[]");
        enroll("Nothing for hosts", "maker", "pw", ",'hosts':null,'profile':'tls'");
        enroll(
                "Hosts of each kind",
                "maker",
                "pw",
                ",'hosts':['b.example','10.0.0.1','me@example.com','https://x.example/y','a.example','::1'],'profile':'tls'");
        String withHosts = SigningRequest.create(KEY, DistinguishedName.of("maker"), List.of("a.example", "10.0.0.2"));
        Authorization maker = calls.byPassword("maker", "pw");
        step("Hosts of the request", maker, "POST", "/enroll", request(withHosts, ",'profile':'tls'"));
        step("No hosts instead", maker, "POST", "/enroll", request(withHosts, ",'hosts':[],'profile':'tls'"));
        step("Other hosts instead", maker, "POST", "/enroll", request(withHosts, ",'hosts':['c.example']"));
        step("A full subject", maker, "POST", "/enroll", request(Requests.withSubject("maker"), ""));
        step(
                "A start in the past",
                maker,
                "POST",
                "/enroll",
                request(csr("maker"), ",'NotBefore':'2001-01-01T00:00:00Z'"));
        step(
                "A start in the future",
                maker,
                "POST",
                "/enroll",
                request(csr("maker"), ",'NotBefore':'2030-01-02T03:04:05Z','NotAfter':'2031-01-01T00:00:00Z'"));
        step("A start that is none", maker, "POST", "/enroll", request(csr("maker"), ",'NotBefore':'soon'"));
        step("An authority without the right", maker, "POST", "/enroll", request(csr("maker"), ",'profile':'ca'"));
        enroll("An authority", request(csr(RunningCa.REGISTRAR), ",'profile':'ca','hosts':['a.example','10.0.0.1']"));
        enroll(
                "An authority that says so itself",
                request(Requests.forAuthority(RunningCa.REGISTRAR), ",'profile':'ca'"));
    }

    private void tokens() {
        String path = "/api/v1/identities/registrar";
        step("No token", calls.byNobody(), "GET", path, "");
        step("A token of one part", calls.byHeader("abc"), "GET", path, "");
        step("A token that is no Base64", calls.byHeader("a!.b!"), "GET", path, "");
        step("A password for a token", calls.byPassword(RunningCa.REGISTRAR, RunningCa.PASSWORD), "GET", path, "");
        step("A token for another path", calls.byToken(registrar, t -> "/api/v1/identities", s -> s), "GET", path, "");
        step("A high S", calls.byToken(registrar, t -> t, AnswersContract::withHighS), "GET", path, "");
        Credential own = ca.signing()
                .issue(
                        DistinguishedName.of("registrar"),
                        new Profile.Enrollment(Role.CLIENT, Map.of()),
                        Duration.ofDays(1));
        step("A certificate that it did not issue itself", calls.byToken(own), "GET", path, "");
        Credential other = ca.tls()
                .issue(
                        DistinguishedName.of("registrar"),
                        new Profile.Enrollment(Role.CLIENT, Map.of()),
                        Duration.ofDays(1));
        step("A certificate of another authority", calls.byToken(other), "GET", path, "");
        step("A token over the parameters", byRegistrar(), "GET", path + "?ca=org1&x=%20y", "");
        step("Another CA", byRegistrar(), "GET", path + "?ca=other", "");
    }

    private static byte[] withHighS(byte[] signature) {
        try {
            ASN1Sequence rs = ASN1Sequence.getInstance(signature);
            ASN1EncodableVector result = new ASN1EncodableVector();
            result.add(rs.getObjectAt(0));
            result.add(new ASN1Integer(
                    ORDER.subtract(ASN1Integer.getInstance(rs.getObjectAt(1)).getValue())));
            return new DERSequence(result).getEncoded();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void registration() {
        step("Register without a header", calls.byNobody(), "POST", "/register", "{'id':'r1'}");
        step("Register without header and body", calls.byNobody(), "POST", "/register", "");
        step("Register without header, with a bad body", calls.byNobody(), "POST", "/register", "{");
        register("Without a body", "");
        register("By GET it is not done", "");
        asRegistrar("Register by GET", "GET", "register", "");
        register(
                "A client with a password",
                "{'id':'r1','type':'client','secret':'pw','attrs':[{'name':'a','value':'1','ecert':true}]}");
        register("The same again", "{'id':'r1','type':'client','secret':'pw'}");
        register("With a name to be escaped", "{'id':'r 2/x','type':'peer','secret':'pw'}");
        register("Without password and type", "{'id':'r3'}");
        asRegistrar("It has the registrar's type", "GET", "identities/r3", "");
        register("In an affiliation", "{'id':'r4','type':'peer','affiliation':'sales.north','secret':'pw'}");
        register("In one that is not there", "{'id':'r5','type':'peer','affiliation':'moon','secret':'pw'}");
        register("At the root", "{'id':'r6','type':'peer','affiliation':'.','secret':'pw'}");
        register("Too few enrollments", "{'id':'r7','type':'peer','max_enrollments':-2,'secret':'pw'}");
        register("A text for a number", "{'id':'r7','max_enrollments':'many'}");
        register("A number for a value", "{'id':'r7','attrs':[{'name':'a','value':1}]}");
        register("Another CA", "{'id':'r7','caname':'other'}");
        register("Any type", "{'id':'r8','type':'thing','secret':'pw'}");
        register("A fixed attribute", "{'id':'r9','attrs':[{'name':'hf.Type','value':'admin'}]}");
        register("A reserved attribute that does not exist", "{'id':'r9','attrs':[{'name':'hf.Magic','value':'1'}]}");
        register("A boolean that is none", "{'id':'r9','attrs':[{'name':'hf.Revoker','value':'maybe'}]}");
        register(
                "An attribute of the registrar not owned by the new one",
                "{'id':'r9','attrs':[{'name':'hf.Registrar.Attributes','value':'hf.Revoker'}]}");
        register(
                "One that it owns",
                "{'id':'r9','secret':'pw','attrs':[{'name':'hf.Registrar.Attributes','value':'hf.Revoker, a.*'},{'name':'hf.Revoker','value':'1'}]}");
        register(
                "Delegating more than own roles",
                "{'id':'r10','attrs':[{'name':'hf.Registrar.Roles','value':'peer'},{'name':'hf.Registrar.DelegateRoles','value':'peer,client'}]}");
    }

    private void rights() {
        Credential plain = registered("plain", "");
        Authorization byPlain = calls.byToken(plain);
        step("A client registers", byPlain, "POST", "/register", "{'id':'p1','type':'client'}");
        step("A client looks at himself", byPlain, "GET", "/identities/plain", "");
        step("A client lists identities", byPlain, "GET", "/identities", "");
        step("A client lists certificates", byPlain, "GET", "/certificates", "");
        step("A client lists affiliations", byPlain, "GET", "/affiliations", "");
        step("A client makes a list", byPlain, "POST", "/gencrl", "{}");
        step("A client revokes another", byPlain, "POST", "/revoke", "{'id':'r1'}");
        step("A client changes another", byPlain, "PUT", "/identities/r1", "{'type':'admin'}");

        Credential sub = registered(
                "sub",
                ",'affiliation':'sales','attrs':[{'name':'hf.Registrar.Roles','value':'client,Peer'},"
                        + "{'name':'hf.Registrar.Attributes','value':'a.*, b,hf.Revoker'},{'name':'hf.Revoker','value':'false'},{'name':'hf.AffiliationMgr','value':'true'}]");
        Authorization bySub = calls.byToken(sub);
        step("A type he may register", bySub, "POST", "/register", "{'id':'s1','type':'peer','secret':'pw'}");
        step("It is in his affiliation", bySub, "GET", "/identities/s1", "");
        step("A type he may not", bySub, "POST", "/register", "{'id':'s2','type':'orderer'}");
        step("An affiliation above", bySub, "POST", "/register", "{'id':'s2','type':'peer','affiliation':'.'}");
        step(
                "An affiliation below",
                bySub,
                "POST",
                "/register",
                "{'id':'s3','type':'peer','affiliation':'sales.north','secret':'pw'}");
        step(
                "An attribute by pattern",
                bySub,
                "POST",
                "/register",
                "{'id':'s4','type':'peer','secret':'pw','attrs':[{'name':'a.x','value':'1'},{'name':'b','value':'2'}]}");
        step(
                "An attribute he may not give",
                bySub,
                "POST",
                "/register",
                "{'id':'s5','type':'peer','attrs':[{'name':'c','value':'1'}]}");
        step(
                "An attribute that is false for him",
                bySub,
                "POST",
                "/register",
                "{'id':'s5','type':'peer','attrs':[{'name':'hf.Revoker','value':'true'}]}");
        step(
                "An attribute he does not have",
                bySub,
                "POST",
                "/register",
                "{'id':'s5','type':'peer','attrs':[{'name':'hf.GenCRL','value':'true'}]}");
        step("Someone outside", bySub, "GET", "/identities/r1", "");
        step("Those he may see", bySub, "GET", "/identities", "");
        step("Affiliations he may see", bySub, "GET", "/affiliations", "");
        step("One that he may not", bySub, "GET", "/affiliations/moon", "");
        step("Moving one up", bySub, "PUT", "/identities/s3", "{'affiliation':'.'}");
        step("Changing a type to one he may not", bySub, "PUT", "/identities/s3", "{'type':'admin'}");
        step("Giving what he may not", bySub, "PUT", "/identities/s3", "{'attrs':[{'name':'c','value':'1'}]}");
        step("Revoking with a false right", bySub, "POST", "/revoke", "{'id':'s3'}");
    }

    private void limits() {
        register("One enrollment", "{'id':'once','type':'client','secret':'pw','max_enrollments':1}");
        enroll("The first", "once", "pw", "");
        enroll("The second", "once", "pw", "");
        asRegistrar("Another one", "PUT", "identities/once", "{'max_enrollments':2}");
        enroll("The second again", "once", "pw", "");
        asRegistrar("None", "PUT", "identities/once", "{'max_enrollments':-2}");
        enroll("None are left", "once", "pw", "");
        register("Ten guesses", "{'id':'guessed','type':'client','secret':'pw'}");
        enroll("The first guess", "guessed", "no", "");
        enroll("The right password starts the count again", "guessed", "pw", "");
        for (int i = 0; i < 9; i++) {
            calls.send(calls.byPassword("guessed", "no"), "POST", "/api/v1/enroll", request(csr("guessed"), ""));
        }
        enroll("The tenth guess", "guessed", "no", "");
        enroll("The right one comes too late", "guessed", "pw", "");
        asRegistrar("A new password", "PUT", "identities/guessed", "{'secret':'new'}");
        enroll("It works", "guessed", "new", "");
        enroll("The old one does not", "guessed", "pw", "");
    }

    private void identities() {
        asRegistrar("The registrar himself", "GET", "identities/registrar", "");
        asRegistrar("An unknown one", "GET", "identities/nobody%20at%20all", "");
        asRegistrar("All", "GET", "identities", "");
        asRegistrar("By POST there is none", "POST", "identities/r1", "{}");
        asRegistrar("Change nothing", "PUT", "identities/r1", "{}");
        asRegistrar("Change without a body", "PUT", "identities/r1", "");
        asRegistrar("Change nobody", "PUT", "identities/nobody", "{}");
        asRegistrar(
                "Change, add and remove attributes",
                "PUT",
                "identities/r1",
                "{'attrs':[{'name':'a','value':'2'},{'name':'b','value':'3','ecert':true},{'name':'gone','value':''}]}");
        asRegistrar("Remove one", "PUT", "identities/r1", "{'attrs':[{'name':'a','value':''}]}");
        asRegistrar("Change type and affiliation", "PUT", "identities/r1", "{'type':'peer','affiliation':'sales'}");
        asRegistrar("As its certificate will say", "GET", "identities/r1", "");
        enroll("The certificate says it", "r1", "pw", "");
        asRegistrar("To the root", "PUT", "identities/r1", "{'affiliation':'.'}");
        asRegistrar("To an affiliation that is not there", "PUT", "identities/r1", "{'affiliation':'moon'}");
        asRegistrar("A fixed attribute", "PUT", "identities/r1", "{'attrs':[{'name':'hf.EnrollmentID','value':'x'}]}");
        asRegistrar("A new password is shown", "PUT", "identities/r1", "{'secret':'other'}");
        asRegistrar("Remove", "DELETE", "identities/r1", "");
        asRegistrar("Remove nobody", "DELETE", "identities/nobody", "");
    }

    private void reenrollment() {
        Credential again = registered("again", ",'max_enrollments':1");
        Authorization byAgain = calls.byToken(again);
        step("Again, though the password is used up", byAgain, "POST", "/reenroll", request(csr("again"), ""));
        step(
                "Again for TLS",
                byAgain,
                "POST",
                "/reenroll",
                request(csr("again"), ",'profile':'tls','hosts':['a.example']"));
        step("Again for another", byAgain, "POST", "/reenroll", request(csr("other"), ""));
        step("Again without a header", calls.byNobody(), "POST", "/reenroll", request(csr("again"), ""));
        step(
                "Again with the password",
                calls.byPassword("again", "pw"),
                "POST",
                "/reenroll",
                request(csr("again"), ""));
        step("Again without a body", byAgain, "POST", "/reenroll", "");
    }

    private void listOfCertificates() {
        Credential listed = registered("listed", ",'affiliation':'sales'");
        String serial = listed.certificate().serialNumber();
        String authority = listed.certificate().authorityKeyIdentifier().orElseThrow();
        asRegistrar("Of one owner", "GET", "certificates?id=listed&ca=org1", "");
        asRegistrar(
                "By serial number", "GET", "certificates?serial=00" + serial.toUpperCase(java.util.Locale.ROOT), "");
        asRegistrar("By serial number and authority", "GET", "certificates?serial=" + serial + "&aki=" + authority, "");
        asRegistrar("Of nobody", "GET", "certificates?id=nobody", "");
        asRegistrar("That end within a day", "GET", "certificates?id=listed&expired_end=%2B1d", "");
        asRegistrar("That end later", "GET", "certificates?id=listed&expired_start=%2B24h", "");
        asRegistrar(
                "That end by 2001",
                "GET",
                "certificates?id=listed&expired_start=1999-01-01&expired_end=2001-01-01T00:00:00Z",
                "");
        asRegistrar("Not ended, not revoked", "GET", "certificates?id=listed&notexpired=true&notrevoked=T", "");
        asRegistrar("Revoked", "GET", "certificates?id=listed&revoked_start=-30d", "");
        asRegistrar("Two filters that do not go together", "GET", "certificates?notrevoked=true&revoked_end=-1d", "");
        asRegistrar("Two others", "GET", "certificates?notexpired=true&expired_end=-1d", "");
        asRegistrar("In years", "GET", "certificates?revoked_start=-1y", "");
        asRegistrar("Neither true nor false", "GET", "certificates?notrevoked=maybe", "");
        asRegistrar("Remove them", "DELETE", "certificates?id=listed", "");
        asRegistrar("Add some", "POST", "certificates", "{}");
    }

    private void revocation() {
        Credential first = registered("leaver", "");
        Credential second = calls.enroll("leaver", "pw");
        Credential owner = registered("owner", "");
        String serial = first.certificate().serialNumber();
        String authority = first.certificate().authorityKeyIdentifier().orElseThrow();
        String one = "'serial':'" + serial + "','aki':'" + authority + "'";
        asRegistrar("Without saying what", "POST", "revoke", "{}");
        asRegistrar("Without a body", "POST", "revoke", "");
        step("Without a header", calls.byNobody(), "POST", "/revoke", "{'id':'leaver'}");
        asRegistrar("A serial number alone", "POST", "revoke", "{'serial':'ab'}");
        asRegistrar("An unknown certificate", "POST", "revoke", "{'serial':'ab','aki':'cd'}");
        asRegistrar("An unknown owner", "POST", "revoke", "{'id':'nobody'}");
        asRegistrar("Of another owner", "POST", "revoke", "{" + one + ",'id':'owner'}");
        step("Someone else's", calls.byToken(owner), "POST", "/revoke", "{" + one + "}");
        asRegistrar(
                "One, in capitals",
                "POST",
                "revoke",
                "{'serial':'00" + serial.toUpperCase(java.util.Locale.ROOT) + "','aki':'"
                        + authority.toUpperCase(java.util.Locale.ROOT) + "','reason':'superseded'}");
        asRegistrar("The same again", "POST", "revoke", "{" + one + "}");
        step("A call with it", calls.byToken(first), "POST", "/reenroll", request(csr("leaver"), ""));
        step("The other still works", calls.byToken(second), "POST", "/reenroll", request(csr("leaver"), ""));
        asRegistrar("All, with a list", "POST", "revoke", "{'id':'leaver','reason':'keycompromise','gencrl':true}");
        step(
                "The other does not work any more",
                calls.byToken(second),
                "POST",
                "/reenroll",
                request(csr("leaver"), ""));
        enroll("Nor does the password", "leaver", "pw", "");
        asRegistrar("All again", "POST", "revoke", "{'id':'leaver','gencrl':true,'reason':'whatever'}");
        step(
                "One's own",
                calls.byToken(owner),
                "POST",
                "/revoke",
                "{'serial':'" + owner.certificate().serialNumber() + "','aki':'" + authority + "'}");
        asRegistrar(
                "The revoked ones of an owner",
                "GET",
                "certificates?id=leaver&revoked_start=-1h&revoked_end=%2B1h",
                "");
        asRegistrar("The good ones", "GET", "certificates?id=leaver&notrevoked=true", "");
        Credential self = registered("self", "");
        step("Oneself, altogether", calls.byToken(self), "POST", "/revoke", "{'id':'self'}");
    }

    private void revocationLists() {
        asRegistrar("A list", "POST", "gencrl", "{}");
        asRegistrar("Without a body", "POST", "gencrl", "");
        asRegistrar("Nothing was revoked then", "POST", "gencrl", "{'revokedbefore':'2001-01-01T00:00:00Z'}");
        asRegistrar(
                "All end later",
                "POST",
                "gencrl",
                "{'expireafter':'2001-01-01T00:00:00Z','expirebefore':'2099-01-01T00:00:00Z'}");
        asRegistrar(
                "A turned window",
                "POST",
                "gencrl",
                "{'revokedafter':'2002-01-01T00:00:00Z','revokedbefore':'2001-01-01T00:00:00Z'}");
        asRegistrar(
                "Another",
                "POST",
                "gencrl",
                "{'expireafter':'2002-01-01T00:00:00Z','expirebefore':'2001-01-01T00:00:00Z'}");
        asRegistrar("No time", "POST", "gencrl", "{'revokedafter':'yesterday'}");
    }

    private void affiliations() {
        asRegistrar("The tree", "GET", "affiliations", "");
        asRegistrar("A part of it", "GET", "affiliations/sales", "");
        asRegistrar("None", "GET", "affiliations/moon", "");
        asRegistrar("Remove one", "DELETE", "affiliations/sales", "");
        asRegistrar("A name that others bear", "PUT", "affiliations/sales", "{'name':'market'}");
        asRegistrar("Rename none", "PUT", "affiliations/moon", "{'name':'market'}");
        asRegistrar("Without a parent", "POST", "affiliations", "{'name':'x.y.z'}");
        asRegistrar("With its parents", "POST", "affiliations?force=true", "{'name':'x.y.z'}");
        asRegistrar("The same again", "POST", "affiliations", "{'name':'x.y.z'}");
        asRegistrar("Force that is no boolean", "POST", "affiliations?force=maybe", "{'name':'x.y.w'}");
        asRegistrar("A child", "POST", "affiliations", "{'name':'x.y.w'}");
        asRegistrar("A new root", "POST", "affiliations", "{'name':'top'}");
        asRegistrar("A part with all", "GET", "affiliations/x", "");
        asRegistrar("A new name", "PUT", "affiliations/x.y", "{'name':'x.v'}");
        asRegistrar("It is there", "GET", "affiliations/x", "");
        asRegistrar("With those in it", "PUT", "affiliations/sales.north?force=true", "{'name':'sales.south'}");
        asRegistrar("They have moved", "GET", "identities/s3", "");
    }

    private void identitiesPosted() {
        asRegistrar("Without a name", "POST", "identities", "{'type':'client'}");
        asRegistrar(
                "A new one",
                "POST",
                "identities",
                "{'id':'new','type':'client','secret':'pw','affiliation':'sales','attrs':[{'name':'a','value':'1'}]}");
        asRegistrar("With a password that it makes", "POST", "identities", "{'id':'new2','type':'client'}");
        asRegistrar("The same again", "POST", "identities", "{'id':'new','type':'client'}");
        asRegistrar(
                "An affiliation that is not there",
                "POST",
                "identities",
                "{'id':'new3','type':'client','affiliation':'moon'}");
    }
}
