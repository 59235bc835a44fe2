import Domain

/// Orders versions as the tool that defines each scheme orders them.
public enum Versions {
    /// The order of two versions; nil when either is not a version of the scheme.
    public static func compare(_ a: String, _ b: String, scheme: VersionScheme) -> VersionOrder? {
        withBytes(a) { x in withBytes(b) { y in compare(x, y, scheme: scheme) } }
    }

    /// As `compare` over strings, on bytes that stay the caller's. Allocates nothing for deb, rpm
    /// and apk.
    public static func compare(
        _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, scheme: VersionScheme
    ) -> VersionOrder? {
        switch scheme {
        case .deb: order(DebianVersion.self, a, b)
        case .rpm: order(RPMVersion.self, a, b)
        case .apk: order(AlpineVersion.self, a, b)
        case .semver, .npm: order(SemanticVersion.self, a, b)
        case .pep440: order(PythonVersion.self, a, b)
        case .maven: order(MavenVersion.self, a, b)
        case .gem: order(GemVersion.self, a, b)
        case .nuget: order(NuGetVersion.self, a, b)
        case .packagist: order(PackagistVersion.self, a, b)
        case .windows: order(WindowsVersion.self, a, b)
        case .pacman: order(PacmanVersion.self, a, b)
        case .gentoo: order(GentooVersion.self, a, b)
        case .cran: order(CRANVersion.self, a, b)
        case .pub: order(PubVersion.self, a, b)
        case .hackage: order(HackageVersion.self, a, b)
        case .openssl: order(OpenSSLVersion.self, a, b)
        case .jvm: order(JVMVersion.self, a, b)
        case .generic: order(GenericVersion.self, a, b)
        }
    }

    /// Nil where `version` is a version of the scheme, else what is wrong with it: "is empty".
    public static func isValid(_ version: String, scheme: VersionScheme) -> String? {
        withBytes(version) { bytes in
            switch scheme {
            case .deb: refusal(DebianVersion.self, bytes)
            case .rpm: refusal(RPMVersion.self, bytes)
            case .apk: refusal(AlpineVersion.self, bytes)
            case .semver, .npm: refusal(SemanticVersion.self, bytes)
            case .pep440: refusal(PythonVersion.self, bytes)
            case .maven: refusal(MavenVersion.self, bytes)
            case .gem: refusal(GemVersion.self, bytes)
            case .nuget: refusal(NuGetVersion.self, bytes)
            case .packagist: refusal(PackagistVersion.self, bytes)
            case .windows: refusal(WindowsVersion.self, bytes)
            case .pacman: refusal(PacmanVersion.self, bytes)
            case .gentoo: refusal(GentooVersion.self, bytes)
            case .cran: refusal(CRANVersion.self, bytes)
            case .pub: refusal(PubVersion.self, bytes)
            case .hackage: refusal(HackageVersion.self, bytes)
            case .openssl: refusal(OpenSSLVersion.self, bytes)
            case .jvm: refusal(JVMVersion.self, bytes)
            case .generic: refusal(GenericVersion.self, bytes)
            }
        }
    }

    @inline(__always)
    private static func order<V: OrderedVersion>(
        _: V.Type, _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer
    ) -> VersionOrder? {
        guard let x = try? V(ByteView(a).trimmed), let y = try? V(ByteView(b).trimmed) else { return nil }
        return x.order(to: y)
    }

    private static func refusal<V: OrderedVersion>(_: V.Type, _ bytes: UnsafeRawBufferPointer) -> String? {
        do throws(Refusal) {
            _ = try V(ByteView(bytes).trimmed)
            return nil
        } catch {
            return error.reason.description
        }
    }

    private static func withBytes<R>(_ text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
