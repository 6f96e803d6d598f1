package io.weft.embedded.chaincode;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Supplier;

/** Makes a new object of a class each time, and says whose fault it is if that fails. */
record Instances(Class<?> type) implements Supplier<Object> {
    static Instances of(Class<?> type) {
        return new Instances(type);
    }

    @Override
    public Object get() {
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw new ChaincodeFailure(
                    "The constructor of `" + type.getName() + "` failed: " + e.getCause() + ".", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new ChaincodeFailure(
                    "`" + type.getName() + "` has no public constructor without parameters: " + e + ".", e);
        }
    }
}
