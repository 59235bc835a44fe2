/// The operating system after os-release(5), or the vendor's own words elsewhere.
public struct OperatingSystem: Sendable, Codable, Hashable {
    /// `linux`, `windows`, `macos`, or the id of another Apple system: the published `os_type`.
    public var type: String
    /// os-release `ID`: `debian`, `ubuntu`, `almalinux`; elsewhere `windows`, `macos`, `ios`, `ipados`.
    public var id: String
    public var name: String
    /// os-release `VERSION_ID`, empty on rolling releases; the three numbers of a Windows version
    /// (`10.0.17763`); Apple's product version, with the letter of a Rapid Security Response: `13.4.1 (c)`.
    public var version: String
    public var codename: String?
    public var prettyName: String?
    /// os-release `ID_LIKE`, closest first.
    public var like: [String]
    /// Apple's build (`24G824`), or Windows' version with its revision (`10.0.17763.5329`).
    public var build: String?
    /// Windows' `InstallationType`: `Server Core`, `Server`, `Client`. Server Core is a product of its own.
    public var installationType: String?

    public init(
        type: String = "linux", id: String, name: String, version: String, codename: String? = nil,
        prettyName: String? = nil, like: [String] = [], build: String? = nil, installationType: String? = nil
    ) {
        self.type = type
        self.id = id
        self.name = name
        self.version = version
        self.codename = codename
        self.prettyName = prettyName
        self.like = like
        self.build = build
        self.installationType = installationType
    }

    /// The ecosystem whose advisories apply to this system's own packages.
    public var ecosystem: Ecosystem {
        // Debian testing and unstable have no VERSION_ID; their codename names the release.
        Ecosystem(osv: version.isEmpty ? "\(id):\(codename ?? "")" : "\(id):\(version)")
    }

    enum CodingKeys: String, CodingKey {
        case type, id, name, version, codename, like, build
        case prettyName = "pretty_name"
        case installationType = "installation_type"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        type = try values.decodeIfPresent(String.self, forKey: .type) ?? "linux"
        name = try values.decodeIfPresent(String.self, forKey: .name) ?? id
        version = try values.decodeIfPresent(String.self, forKey: .version) ?? ""
        codename = try values.decodeIfPresent(String.self, forKey: .codename)
        prettyName = try values.decodeIfPresent(String.self, forKey: .prettyName)
        like = try values.decodeIfPresent([String].self, forKey: .like) ?? []
        build = try values.decodeIfPresent(String.self, forKey: .build)
        installationType = try values.decodeIfPresent(String.self, forKey: .installationType)
    }
}
