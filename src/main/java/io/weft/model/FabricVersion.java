package io.weft.model;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A release of Fabric's peer and ordering node, {@code major.minor.patch}. */
public record FabricVersion(int major, int minor, int patch) implements Comparable<FabricVersion> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
    private static final Comparator<FabricVersion> ORDER = Comparator.comparingInt(FabricVersion::major)
            .thenComparingInt(FabricVersion::minor)
            .thenComparingInt(FabricVersion::patch);

    /**
     * @throws IllegalArgumentException if the text is not three numbers with dots between them
     */
    public static FabricVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not a full Fabric version such as 3.1.5: " + text);
        }
        return new FabricVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    /** Whether this is {@code major.minor} or newer. */
    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return compareTo(new FabricVersion(otherMajor, otherMinor, 0)) >= 0;
    }

    @Override
    public int compareTo(FabricVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
