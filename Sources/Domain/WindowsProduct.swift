/// A Windows, as Microsoft's security updates name it: `Windows 10 Version 1809 for x64-based Systems`.
/// Architectures, service packs and Server Core are separate products with separate updates.
public struct WindowsProduct: Sendable, Hashable {
    public let name: String
    /// `10.0.17763`, with the revision where it is known: `10.0.17763.5329`.
    public let build: String

    /// Nil when the version is no Windows version or no name is published for it.
    /// - Parameter architecture: `x64-based PC`, `X86-based PC`, `AMD64`, `x86_64`, `ARM64`; x64 where unknown.
    public init?(_ os: OperatingSystem, architecture: String?) {
        build = os.build ?? os.version
        let numbers = os.version.split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 3 else { return nil }
        let words = os.name.map { $0.isWhitespace ? " " : $0 }
        let title = String(words).lowercased()
        let system = WindowsRelease(
            major: numbers[0], minor: numbers[1], number: numbers[2], isServer: title.contains("server"),
            isR2: title.contains("r2"), processor: Processor(architecture), servicePack: os.servicePack)
        guard let name = system.name else { return nil }
        let isCore = os.installationType?.lowercased() == "server core" && !name.hasSuffix("nstallation)")
        self.name = isCore ? name + " (Server Core installation)" : name
    }

    enum Processor: Sendable, Hashable {
        case x86, x64, arm64, itanium

        init(_ text: String?) {
            let text = text?.lowercased() ?? ""
            if text.contains("arm64") || text.contains("aarch64") {
                self = .arm64
            } else if text.contains("ia64") || text.contains("itanium") {
                self = .itanium
            } else if text.contains("64") || text.isEmpty {
                self = .x64
            } else {
                self = .x86
            }
        }

        /// In names since Windows 7.
        var systems: String {
            switch self {
            case .x86: "32-bit Systems"
            case .x64: "x64-based Systems"
            case .arm64: "ARM64-based Systems"
            case .itanium: "Itanium-Based Systems"
            }
        }
    }
}

extension OperatingSystem {
    /// The number in `Service Pack 1`, which Windows before 8 has in its codename or name here.
    var servicePack: Int {
        let text = [codename, prettyName, name].compactMap { $0?.lowercased() }.joined(separator: " ")
        guard let found = text.firstRange(of: "service pack ") else { return 0 }
        return Int(text[found.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}

/// Which release the numbers of a Windows version stand for.
/// https://learn.microsoft.com/windows/release-health/
struct WindowsRelease {
    let major: Int
    let minor: Int
    let number: Int
    let isServer: Bool
    let isR2: Bool
    let processor: WindowsProduct.Processor
    let servicePack: Int

    var name: String? {
        switch (major, minor) {
        case (10, 0): isServer ? serverOfTen : clientOfTen
        case (6, 3): isServer ? "Windows Server 2012 R2" : "Windows 8.1 for \(processor.systems)"
        case (6, 2): isServer ? "Windows Server 2012" : "Windows 8 for \(processor.systems)"
        case (6, 1): "Windows \(isServer ? "Server 2008 R2" : "7") for \(processor.systems)\(pack)"
        // It came out with its first service pack in it.
        case (6, 0) where isServer:
            "Windows Server 2008 for \(processor.systems)\(servicePack > 1 ? pack : "")"
        case (6, 0): "Windows Vista\(edition)\(pack)"
        case (5, 2) where isServer: "Microsoft Windows Server 2003\(edition)\(pack)"
        case (5, 2): "Microsoft Windows XP Professional x64 Edition\(pack)"
        case (5, 1): "Microsoft Windows XP\(pack)"
        case (5, 0): "Microsoft Windows 2000\(pack)"
        default: nil
        }
    }

    private var pack: String { servicePack > 0 ? " Service Pack \(servicePack)" : "" }
    private var edition: String { processor == .x64 ? " x64 Edition" : "" }

    private var clientOfTen: String? {
        if number == 10240 { return "Windows 10 for \(processor.systems)" }
        if let version = Self.tens[number] { return "Windows 10 Version \(version) for \(processor.systems)" }
        return Self.elevens[number].map { "Windows 11 Version \($0) for \(processor.systems)" }
    }

    private var serverOfTen: String? {
        if let year = Self.servers[number] { return "Windows Server \(year)" }
        if number == 25398 { return "Windows Server 2022, 23H2 Edition (Server Core installation)" }
        // The semi-annual channel came without a desktop.
        return Self.tens[number].map { "Windows Server, version \($0) (Server Core installation)" }
    }

    private static let tens = [
        10586: "1511", 14393: "1607", 15063: "1703", 16299: "1709", 17134: "1803", 17763: "1809", 18362: "1903",
        18363: "1909", 19041: "2004", 19042: "20H2", 19043: "21H1", 19044: "21H2", 19045: "22H2",
    ]
    private static let elevens = [
        22000: "21H2", 22621: "22H2", 22631: "23H2", 26100: "24H2", 26200: "25H2", 28000: "26H1",
    ]
    private static let servers = [14393: "2016", 17763: "2019", 20348: "2022", 26100: "2025"]
}
