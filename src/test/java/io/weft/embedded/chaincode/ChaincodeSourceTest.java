package io.weft.embedded.chaincode;

import static io.weft.embedded.chaincode.Peers.ORG1;
import static io.weft.embedded.chaincode.Peers.ORG2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.model.HostPort;
import io.weft.sample.AssetContract;
import io.weft.testing.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.hyperledger.fabric.contract.Context;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.contract.annotation.Contract;
import org.hyperledger.fabric.contract.annotation.Default;
import org.hyperledger.fabric.contract.annotation.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The forms in which code can be given. */
class ChaincodeSourceTest {
    @TempDir
    Path folder;

    private Peers peers;

    @BeforeEach
    void open() {
        peers = new Peers(folder);
    }

    @AfterEach
    void close() {
        peers.close();
    }

    /** Has a parameter and a result of a type of its own, and state that outlives a transaction. */
    @Contract(name = "Boxes")
    @Default
    public static final class BoxContract implements ContractInterface {
        private final String greeting;
        private final ClassLoader loader;

        BoxContract(String greeting, ClassLoader loader) {
            this.greeting = greeting;
            this.loader = loader;
        }

        public BoxContract() {
            this("from the jar", Thread.currentThread().getContextClassLoader());
        }

        @Transaction
        public io.weft.sample.text.Box fill(Context context, io.weft.sample.text.Box box, int times) {
            io.weft.sample.text.Box result = new io.weft.sample.text.Box();
            result.setContent(greeting + " " + box.getContent().repeat(times));
            return result;
        }

        @Transaction
        public String loader(Context context) {
            return Boolean.toString(getClass().getClassLoader() == loader);
        }
    }

    /** Another type with the simple name {@code Box}. */
    @Contract(name = "Boxes")
    @Default
    public static final class NumberContract implements ContractInterface {

        @Transaction
        public int open(Context context, io.weft.sample.number.Box box) {
            return box.getNumber();
        }
    }

    @Test
    void contracts_with_types_of_the_same_name_do_not_get_in_each_others_way() {
        peers.deploy(
                "boxes",
                new ChaincodeSource.InProcess(
                        List.of(() -> new BoxContract("hello", getClass().getClassLoader()))));
        peers.deploy("numbers", ChaincodeSource.InProcess.of(NumberContract.class));

        assertThat(peers.evaluate("boxes", "fill", "{\"content\":\"x\"}", "2").text())
                .isEqualTo("{\"content\":\"hello xx\"}");
        assertThat(peers.evaluate("numbers", "open", "{\"number\":7}").text()).isEqualTo("7");
        assertThat(peers.evaluate("boxes", "Boxes:fill", "{\"content\":\"x\"}", "1")
                        .text())
                .isEqualTo("{\"content\":\"hello x\"}");
    }

    @Test
    void each_chaincode_describes_its_own_contracts() throws IOException {
        peers.deploy("asset", ChaincodeSource.InProcess.of(AssetContract.class));
        peers.deploy("numbers", ChaincodeSource.InProcess.of(NumberContract.class));

        JsonNode asset = new ObjectMapper()
                .readTree(peers.evaluate("asset", "org.hyperledger.fabric:GetMetadata")
                        .text());
        JsonNode numbers = new ObjectMapper()
                .readTree(peers.evaluate("numbers", "org.hyperledger.fabric:GetMetadata")
                        .text());

        assertThat(asset.required("contracts").fieldNames()).toIterable().containsExactly("AssetContract");
        assertThat(numbers.required("contracts").fieldNames()).toIterable().containsExactly("Boxes");
        assertThat(numbers.required("components").required("schemas").toString())
                .contains("number");
        assertThat(asset.required("components").required("schemas")).isEmpty();
    }

    @Test
    void a_function_that_a_contract_does_not_have_is_an_error_answer() {
        peers.deploy("asset", ChaincodeSource.InProcess.of(AssetContract.class));

        assertThat(peers.evaluate("asset", "Nothing").status()).isEqualTo(500);
        assertThat(peers.evaluate("asset", "Nowhere:Nothing").status()).isEqualTo(500);
    }

    @Test
    void code_in_the_jvm_knows_the_organization_of_the_peer_that_runs_it() {
        peers.deploy("cc", new ChaincodeSource.InProcess(List.of(EveryRequest::new)));

        assertThat(peers.call(ORG1, "cc", Peers.input(false, "organization"), Map.of(), false)
                        .text())
                .isEqualTo("Org1MSP");
        assertThat(peers.call(ORG2, "cc", Peers.input(false, "organization"), Map.of(), false)
                        .text())
                .isEqualTo("Org2MSP");
    }

    @Test
    void what_is_no_contract_is_not_installed() {
        assertThatThrownBy(() -> peers.deploy("text", new ChaincodeSource.InProcess(List.of(() -> "text"))))
                .hasMessageContaining("could not build chaincode: `java.lang.String` is no contract");
        assertThatThrownBy(() -> peers.deploy("none", new ChaincodeSource.Jar(folder.resolve("none.jar"))))
                .hasMessageContaining("could not build chaincode: There is no jar `");
        assertThatThrownBy(() -> peers.deploy(
                        "empty",
                        new ChaincodeSource.Jar(
                                jar(Map.of(Attributes.Name.MAIN_CLASS, "java.lang.String"), List.of()))))
                .hasMessageContaining("has no class with `@Contract`");
    }

    private Path jar(Map<Attributes.Name, String> manifest, List<Class<?>> classes) {
        Path result = folder.resolve("chaincode.jar");
        Manifest description = new Manifest();
        description.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        description.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "none.Such");
        manifest.forEach(description.getMainAttributes()::put);
        try (OutputStream file = Files.newOutputStream(result);
                JarOutputStream jar = new JarOutputStream(file, description)) {
            for (Class<?> one : classes) {
                String name = one.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (InputStream content = one.getClassLoader().getResourceAsStream(name)) {
                    content.transferTo(jar);
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return result;
    }

    @Test
    void a_jar_runs_in_a_class_loader_of_its_own() {
        Path jar = jar(Map.of(), List.of(BoxContract.class, io.weft.sample.text.Box.class));
        peers.deploy("boxes", new ChaincodeSource.Jar(jar));

        assertThat(peers.evaluate("boxes", "fill", "{\"content\":\"x\"}", "2").text())
                .isEqualTo("{\"content\":\"from the jar xx\"}");
        assertThat(peers.evaluate("boxes", "loader").text()).isEqualTo("true");
    }

    @Test
    void a_jar_may_have_a_chaincode_as_its_main_class() {
        Path jar = jar(
                Map.of(Attributes.Name.MAIN_CLASS, EveryRequest.class.getName()),
                List.of(EveryRequest.class, EveryRequest.failing()));
        peers.deploy("cc", new ChaincodeSource.Jar(jar));

        assertThat(peers.evaluate("cc", "fail", "no").message()).isEqualTo("no");
    }

    @Test
    void a_jar_may_be_given_with_one_of_its_contracts() {
        Path jar = jar(Map.of(), List.of(BoxContract.class, io.weft.sample.text.Box.class, NumberContract.class));
        peers.deploy("boxes", new ChaincodeSource.Jar(jar, Optional.of(BoxContract.class.getName())));

        assertThat(peers.evaluate("boxes", "fill", "{\"content\":\"x\"}", "2").text())
                .isEqualTo("{\"content\":\"from the jar xx\"}");
        assertThat(peers.evaluate("boxes", "loader").text()).isEqualTo("true");
        assertThatThrownBy(() -> peers.deploy("none", new ChaincodeSource.Jar(jar, Optional.of("no.such.Contract"))))
                .hasMessageContaining("could not build chaincode: The class `no.such.Contract` of `" + jar
                        + "` cannot be loaded: java.lang.ClassNotFoundException");
    }

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void code_in_the_jvm_may_serve_as_other_peers_know_it() throws Exception {
        InetSocketAddress address = new InetSocketAddress(StartedProcess.loopback(), FreePorts.next());
        ContractServer.Endpoint endpoint = new ContractServer.Endpoint(address, Optional.empty());
        Path jar = jar(Map.of(), List.of(BoxContract.class, io.weft.sample.text.Box.class));
        ContractServer boxes =
                ContractServer.start(new ChaincodeSource.Jar(jar), ORG1, Peers.packageId("boxes"), endpoint);
        try {
            peers.deploy("boxes", address(address));

            assertThat(peers.evaluate("boxes", "fill", "{\"content\":\"x\"}", "2")
                            .text())
                    .isEqualTo("{\"content\":\"from the jar xx\"}");
            assertThat(peers.evaluate("boxes", "loader").text()).isEqualTo("true");
        } finally {
            boxes.close();
        }
        assertThatThrownBy(() -> peers.evaluate("boxes", "loader")).isInstanceOf(ChaincodeFailure.class);

        ContractServer every = ContractServer.start(
                new ChaincodeSource.InProcess(List.of(EveryRequest::new)), ORG2, Peers.packageId("cc"), endpoint);
        try {
            peers.deploy("cc", address(address));

            assertThat(peers.evaluate("cc", "organization").text()).isEqualTo("Org2MSP");
        } finally {
            every.close();
        }
    }

    private static ChaincodeSource address(InetSocketAddress address) {
        return new ChaincodeSource.Address(
                new HostPort(address.getAddress().getHostAddress(), address.getPort()), Optional.empty());
    }

    private ChaincodeSource.Command java(String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-cp", classPath()));
        command.addAll(List.of(arguments));
        return new ChaincodeSource.Command(command, Map.of(), folder, folder.resolve("chaincode.log"));
    }

    /** What this test itself runs with, whoever launched it. */
    private static String classPath() {
        if (ChaincodeSourceTest.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    @Test
    void a_command_runs_as_a_service_one_for_each_organization() throws IOException {
        peers.deploy("cc", java(EveryRequest.class.getName()));

        assertThat(peers.submit("cc", "put", "a", "1").status()).isEqualTo(200);
        assertThat(peers.evaluate("cc", "get", "a").text()).isEqualTo("1");
        assertThat(peers.call(ORG2, "cc", Peers.input(false, "organization"), Map.of(), false)
                        .text())
                .isEqualTo("Org2MSP");
        assertThat(Files.size(folder.resolve("chaincode.log"))).isPositive();
    }

    @Test
    void a_command_may_connect_to_the_peer_instead() {
        peers.deploy(
                "cc",
                java(EveryRequest.class.getName(), "-peerAddress", "${CORE_PEER_ADDRESS}", "-i", "${CHAINCODE_ID}"));

        assertThat(peers.submit("cc", "put", "a", "1").status()).isEqualTo(200);
        assertThat(peers.evaluate("cc", "get", "a").text()).isEqualTo("1");
    }

    @Test
    void a_command_that_ends_is_reported_with_its_last_lines() {
        peers.deploy("cc", java("no.such.Main"));

        assertThatThrownBy(() -> peers.evaluate("cc", "get", "a"))
                .isInstanceOf(ChaincodeFailure.class)
                .hasMessageContaining("could not launch chaincode " + Peers.packageId("cc"))
                .hasMessageContaining("ended with exit code 1")
                .hasMessageContaining("no.such.Main");
        assertThatThrownBy(() -> peers.deploy(
                        "none",
                        new ChaincodeSource.Command(
                                List.of("no-such-program"), Map.of(), folder, folder.resolve("none.log"))))
                .hasMessageContaining(
                        "could not build chaincode: The chaincode's command `no-such-program` cannot be" + " started");
    }

    @Test
    void another_source_for_a_package_replaces_the_first() {
        peers.deploy("cc", ChaincodeSource.InProcess.of(NumberContract.class));
        assertThat(peers.evaluate("cc", "open", "{\"number\":7}").text()).isEqualTo("7");

        peers.runtimes.register(Peers.packageId("cc"), ChaincodeSource.InProcess.of(AssetContract.class));

        assertThat(peers.evaluate("cc", "GetAllAssets").text()).isEqualTo("[]");
    }
}
