package io.weft.embedded.chaincode;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.contract.annotation.Contract;
import org.hyperledger.fabric.contract.annotation.DataType;
import org.hyperledger.fabric.contract.annotation.Serializer;
import org.hyperledger.fabric.contract.annotation.Transaction;
import org.hyperledger.fabric.contract.execution.ExecutionFactory;
import org.hyperledger.fabric.contract.execution.ExecutionService;
import org.hyperledger.fabric.contract.execution.InvocationRequest;
import org.hyperledger.fabric.contract.execution.JSONTransactionSerializer;
import org.hyperledger.fabric.contract.execution.SerializerInterface;
import org.hyperledger.fabric.contract.metadata.MetadataBuilder;
import org.hyperledger.fabric.contract.metadata.TypeSchema;
import org.hyperledger.fabric.contract.routing.ContractDefinition;
import org.hyperledger.fabric.contract.routing.DataTypeDefinition;
import org.hyperledger.fabric.contract.routing.ParameterDefinition;
import org.hyperledger.fabric.contract.routing.TransactionType;
import org.hyperledger.fabric.contract.routing.TxFunction;
import org.hyperledger.fabric.contract.routing.TypeRegistry;
import org.hyperledger.fabric.contract.routing.impl.RoutingRegistryImpl;
import org.hyperledger.fabric.contract.routing.impl.SerializerRegistryImpl;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.json.JSONObject;

/**
 * Contracts behind one chaincode, routed by Fabric's own contract API. What its {@code ContractRouter} does besides is
 * left out: reading the environment, changing the JVM's logging, and searching the whole class path, which would find
 * the contracts of every chaincode in this JVM.
 */
final class Contracts implements Chaincode {
    private static final String METADATA = "org.hyperledger.fabric:GetMetadata";
    /** Guards what the contract API keeps in static fields, and so shares among all chaincodes of the JVM. */
    private static final Object STATIC_REGISTRIES = new Object();

    private final RoutingRegistryImpl routes = new RoutingRegistryImpl();
    private final Map<Class<?>, Supplier<ContractInterface>> suppliers = new ConcurrentHashMap<>();
    private final Set<Class<?>> dataTypes = new LinkedHashSet<>();
    private final ExecutionService execution;

    /** Instances of a contract's class. */
    record Supplied(Class<? extends ContractInterface> type, Supplier<ContractInterface> instances) {}

    private Contracts(List<Supplied> contracts) {
        for (Supplied contract : contracts) {
            if (!contract.type().isAnnotationPresent(Contract.class)) {
                throw new ChaincodeFailure("`" + contract.type().getName() + "` has no annotation `@Contract`.");
            }
            if (suppliers.put(contract.type(), contract.instances()) != null) {
                throw new ChaincodeFailure("The contract `" + contract.type().getName() + "` is given twice.");
            }
            @SuppressWarnings("unchecked") // the registry declares the interface itself where it means its classes
            ContractDefinition definition =
                    routes.addNewContract((Class<ContractInterface>) (Class<?>) contract.type());
            for (Method method : contract.type().getMethods()) {
                if (method.isAnnotationPresent(Transaction.class) && !method.isBridge()) {
                    definition.addTxFunction(method);
                    collectTypes(method.getReturnType());
                    for (Parameter parameter : method.getParameters()) {
                        collectTypes(parameter.getType());
                    }
                }
            }
        }
        Map<String, SerializerInterface> serializers = new LinkedHashMap<>();
        for (Supplied contract : contracts) {
            serializers.computeIfAbsent(
                    contract.type().getAnnotation(Contract.class).transactionSerializer(),
                    name -> serializer(name, contract.type().getClassLoader()));
        }
        execution = ExecutionFactory.getInstance().createExecutionService(new SerializerRegistryImpl() {
            @Override
            public SerializerInterface getSerializer(String name, Serializer.TARGET target) {
                return serializers.get(name);
            }
        });
    }

    static Contracts of(List<Supplied> contracts) {
        return new Contracts(contracts);
    }

    /** Finds the data types that a type mentions, itself included. */
    private void collectTypes(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (element.isAnnotationPresent(DataType.class) && dataTypes.add(element)) {
            for (Field field : element.getDeclaredFields()) {
                collectTypes(field.getType());
            }
        }
    }

    /** Makes the contract API mean the data types of these contracts, which it knows by their simple names alone. */
    private void claimTypes() {
        TypeRegistry registry = TypeRegistry.getRegistry();
        for (Class<?> type : dataTypes) {
            DataTypeDefinition known = registry.getDataType(type.getSimpleName());
            if (known == null || known.getTypeClass() != type) {
                registry.addDataType(type);
                MetadataBuilder.addComponent(registry.getDataType(type.getSimpleName()));
            }
        }
    }

    private SerializerInterface serializer(String name, ClassLoader loader) {
        if (name.equals(JSONTransactionSerializer.class.getName())) {
            return new Json();
        }
        try {
            return (SerializerInterface) Class.forName(name, true, loader)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new ChaincodeFailure("The transaction serializer `" + name + "` cannot be used: " + e + ".", e);
        }
    }

    @Override
    public Response init(ChaincodeStub stub) {
        return invoke(stub);
    }

    @Override
    public Response invoke(ChaincodeStub stub) {
        try {
            if (stub.getArgs().isEmpty()) {
                return ResponseUtils.newSuccessResponse();
            }
            if (stub.getFunction().equals(METADATA)) {
                return ResponseUtils.newSuccessResponse(
                        metadata().getBytes(StandardCharsets.UTF_8));
            }
            InvocationRequest request = ExecutionFactory.getInstance().createRequest(stub);
            return execution.executeRequest(new Supplying(route(request)), request, stub);
        } catch (RuntimeException | Error e) {
            return ResponseUtils.newErrorResponse(e);
        }
    }

    private TxFunction route(InvocationRequest request) {
        return routes.containsRoute(request)
                ? routes.getTxFn(request)
                : routes.getContract(request.getNamespace()).getUnknownRoute();
    }

    /** What the contract API says about these contracts, and no others. */
    private String metadata() {
        synchronized (STATIC_REGISTRIES) {
            Set<String> names = new LinkedHashSet<>();
            routes.getAllDefinitions().forEach(definition -> names.add(MetadataBuilder.addContract(definition)));
            claimTypes();
            Set<String> schemas = dataTypes.stream().map(Class::getSimpleName).collect(Collectors.toSet());
            JSONObject result = new JSONObject(MetadataBuilder.getMetadata());
            keep(result.getJSONObject("contracts"), names);
            keep(result.getJSONObject("components").getJSONObject("schemas"), schemas);
            return result.toString();
        }
    }

    private static void keep(JSONObject object, Set<String> names) {
        Set.copyOf(object.keySet()).stream()
                .filter(name -> !names.contains(name))
                .forEach(object::remove);
    }

    /** The JSON form of arguments and results, with the data types of these contracts. */
    private final class Json extends JSONTransactionSerializer {
        @Override
        public byte[] toBuffer(Object value, TypeSchema schema) {
            return with(() -> super.toBuffer(value, schema));
        }

        @Override
        public Object fromBuffer(byte[] buffer, TypeSchema schema) {
            return with(() -> super.fromBuffer(buffer, schema));
        }

        private <T> T with(Supplier<T> conversion) {
            if (dataTypes.isEmpty()) {
                return conversion.get();
            }
            synchronized (STATIC_REGISTRIES) {
                claimTypes();
                return conversion.get();
            }
        }
    }

    /** A function of a contract whose instances are supplied. */
    private final class Supplying implements TxFunction {
        private final TxFunction function;

        Supplying(TxFunction function) {
            this.function = function;
        }

        @Override
        public Routing getRouting() {
            Routing routing = function.getRouting();
            return new Routing() {
                @Override
                public Method getMethod() {
                    return routing.getMethod();
                }

                @Override
                public Class<? extends ContractInterface> getContractClass() {
                    return routing.getContractClass();
                }

                @Override
                public ContractInterface getContractInstance() {
                    return suppliers.get(routing.getContractClass()).get();
                }

                @Override
                public String getSerializerName() {
                    return routing.getSerializerName();
                }

                @Override
                public String toString() {
                    return routing.toString();
                }
            };
        }

        @Override
        public boolean isUnknownTx() {
            return function.isUnknownTx();
        }

        @Override
        public void setUnknownTx(boolean unknown) {
            function.setUnknownTx(unknown);
        }

        @Override
        public String getName() {
            return function.getName();
        }

        @Override
        public Class<?> getReturnType() {
            return function.getReturnType();
        }

        @Override
        public Parameter[] getParameters() {
            return function.getParameters();
        }

        @Override
        public TransactionType getType() {
            return function.getType();
        }

        @Override
        public void setReturnSchema(TypeSchema schema) {
            function.setReturnSchema(schema);
        }

        @Override
        public TypeSchema getReturnSchema() {
            return function.getReturnSchema();
        }

        @Override
        public void setParameterDefinitions(List<ParameterDefinition> definitions) {
            function.setParameterDefinitions(definitions);
        }

        @Override
        public List<ParameterDefinition> getParamsList() {
            return function.getParamsList();
        }

        @Override
        public String toString() {
            return function.toString();
        }
    }
}
