package io.weft.junit;

import io.weft.fixture.DevelopmentNetwork;
import io.weft.fixture.NetworkBuilder;
import io.weft.fixture.Target;
import io.weft.fixture.TestChannel;
import io.weft.model.Channel;
import io.weft.problem.WeftException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.Network;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Does what {@link FabricNetwork} says. */
final class FabricNetworkExtension implements BeforeAllCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(FabricNetworkExtension.class);
    private static final Set<Class<?>> TYPES =
            Set.of(Gateway.class, Network.class, Contract.class, TestChannel.class, DevelopmentNetwork.class);
    private static final Path DIAGNOSES = Path.of("target", "weft");
    private static final String DEFAULT_USER = "user1";

    FabricNetworkExtension() {}

    /** What tests with the same one share a network by. */
    private record Key(String spec, List<Code> chaincodes, Target target, String owner) {}

    private record Code(String name, Class<?> contract, String endorsement) {}

    /** A network that JUnit closes with what it belongs to. */
    private static final class Running implements AutoCloseable {
        private final DevelopmentNetwork network;

        Running(DevelopmentNetwork network) {
            this.network = network;
        }

        @Override
        public void close() {
            network.close();
        }
    }

    /** The fresh channels of a class or a test, by the names of those in the spec. */
    private static final class Channels {
        private final ConcurrentMap<String, TestChannel> fresh = new ConcurrentHashMap<>();

        TestChannel on(DevelopmentNetwork network, String template) {
            return fresh.computeIfAbsent(template, network::newChannel);
        }

        Collection<TestChannel> all() {
            return fresh.values();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        network(context);
    }

    private static DevelopmentNetwork network(ExtensionContext context) {
        FabricNetwork wanted = annotation(context);
        Target target = Targets.choose(context);
        List<Code> chaincodes = chaincodes(context.getRequiredTestClass());
        boolean own = wanted.network() == FabricNetwork.Scope.PER_CLASS;
        Key key = new Key(
                wanted.value(), chaincodes, target, own ? testClass(context).getName() : "");
        Store store = (own ? classContext(context) : context.getRoot()).getStore(NAMESPACE);
        return store.getOrComputeIfAbsent(key, k -> new Running(start(k)), Running.class).network;
    }

    private static DevelopmentNetwork start(Key key) {
        NetworkBuilder builder = key.spec().isEmpty()
                ? DevelopmentNetwork.builder()
                        .organization("org1", 1)
                        .organization("org2", 1)
                        .channel("test", "org1", "org2")
                : DevelopmentNetwork.of(key.spec());
        for (Code code : key.chaincodes()) {
            builder.chaincode(code.name(), code.contract());
            if (!code.endorsement().isEmpty()) {
                builder.endorsement(code.endorsement());
            }
        }
        return builder.target(key.target()).start();
    }

    private static FabricNetwork annotation(ExtensionContext context) {
        for (Optional<Class<?>> one = context.getTestClass();
                one.isPresent();
                one = one.map(Class::getEnclosingClass)) {
            Optional<FabricNetwork> found = AnnotationSupport.findAnnotation(one.get(), FabricNetwork.class);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new ParameterResolutionException("`" + context.getDisplayName() + "` has no `@FabricNetwork`.");
    }

    private static List<Code> chaincodes(Class<?> testClass) {
        List<Code> result = new ArrayList<>();
        for (Class<?> one = testClass; one != null; one = one.getEnclosingClass()) {
            AnnotationSupport.findRepeatableAnnotations(one, Chaincode.class)
                    .forEach(code -> result.add(new Code(code.name(), code.contract(), code.endorsement())));
        }
        return List.copyOf(result);
    }

    /** The outermost class: nested ones share what it has. */
    private static Class<?> testClass(ExtensionContext context) {
        Class<?> result = context.getRequiredTestClass();
        while (result.getEnclosingClass() != null
                && AnnotationSupport.findAnnotation(result.getEnclosingClass(), FabricNetwork.class)
                        .isPresent()) {
            result = result.getEnclosingClass();
        }
        return result;
    }

    private static ExtensionContext classContext(ExtensionContext context) {
        Class<?> wanted = testClass(context);
        ExtensionContext result = context;
        ExtensionContext at = context;
        while (at.getParent().isPresent()) {
            if (at.getTestClass().filter(wanted::equals).isPresent()) {
                result = at;
            }
            at = at.getParent().get();
        }
        return result;
    }

    private static Channels channels(ExtensionContext context) {
        boolean each = annotation(context).channel() == FabricNetwork.ChannelScope.PER_METHOD
                && context.getTestMethod().isPresent();
        return (each ? context : classContext(context))
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("channels", key -> new Channels(), Channels.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return TYPES.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            return resolve(parameter, context);
        } catch (WeftException e) {
            throw new ParameterResolutionException(e.getMessage(), e);
        }
    }

    private static Object resolve(ParameterContext parameter, ExtensionContext context) {
        DevelopmentNetwork network = network(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == DevelopmentNetwork.class) {
            return network;
        }
        Optional<Client> client = parameter.findAnnotation(Client.class);
        Channel template = template(parameter, network);
        String organization = client.map(Client::organization)
                .orElseGet(() -> template.members().get(0).organization());
        String user = client.map(Client::user).orElse(DEFAULT_USER);
        if (type == Gateway.class) {
            return network.gateway(organization, user);
        }
        TestChannel channel = channels(context).on(network, template.name());
        if (type == TestChannel.class) {
            return channel;
        }
        return type == Network.class
                ? channel.network(organization, user)
                : channel.contract(organization, user, chaincode(client, template));
    }

    private static Channel template(ParameterContext parameter, DevelopmentNetwork network) {
        List<Channel> all = network.model().channels();
        return parameter
                .findAnnotation(OnChannel.class)
                .map(on -> network.model().channel(network.channel(on.value()).template()))
                .orElseGet(() -> {
                    if (all.size() != 1) {
                        throw new ParameterResolutionException("The network has the channels `"
                                + String.join(
                                        "`, `", all.stream().map(Channel::name).toList())
                                + "`. Say which one with `@OnChannel`.");
                    }
                    return all.get(0);
                });
    }

    private static String chaincode(Optional<Client> client, Channel channel) {
        String wanted = client.map(Client::chaincode).orElse("");
        if (!wanted.isEmpty()) {
            return wanted;
        }
        if (channel.chaincodes().size() != 1) {
            throw new ParameterResolutionException("Channel `" + channel.name() + "` has the chaincodes `"
                    + String.join(
                            "`, `",
                            channel.chaincodes().stream()
                                    .map(io.weft.model.Chaincode::name)
                                    .toList())
                    + "`. Say which one with `@Client(chaincode = ...)`.");
        }
        return channel.chaincodes().get(0).name();
    }

    /** Writes down how the network is if the test has failed, and undoes what the test did to it. */
    @Override
    public void afterEach(ExtensionContext context) {
        DevelopmentNetwork network = network(context);
        try {
            if (context.getExecutionException().isPresent()) {
                List<TestChannel> used = new ArrayList<>(channels(context).all());
                network.writeDiagnosis(folder(context), used.isEmpty() ? network.channels() : used);
            }
        } finally {
            network.undoFaults();
        }
    }

    private static Path folder(ExtensionContext context) {
        String method = context.getTestMethod().map(Method::getName).orElse("class");
        Path base = context.getConfigurationParameter("weft.diagnoses")
                .map(Path::of)
                .orElse(DIAGNOSES);
        return base.resolve(context.getRequiredTestClass().getSimpleName() + "." + method);
    }
}
