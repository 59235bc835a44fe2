import FoundationEssentials

/// An update of the operating system itself that is installed: a Windows hotfix.
public struct InstalledUpdate: Sendable, Codable, Hashable {
    /// `KB5034127`: the letters in upper case, without leading zeros.
    public var id: String
    public var installDate: Date?

    public init(id: String, installDate: Date? = nil) {
        self.id = id
        self.installDate = installDate
    }

    /// The canonical id of a knowledge-base number as people and programs write it (`KB5034127`, `kb 5034127`,
    /// `5034127`); nil for what is none. Windows lists other names (`Q147222`, `File 1`) among its hotfixes.
    public static func knowledgeBaseID(_ text: some StringProtocol) -> String? {
        var rest = text.utf8.drop { $0 == 0x20 }
        if let first = rest.first, first | 0x20 == UInt8(ascii: "k") {
            rest = rest.dropFirst()
            guard let second = rest.first, second | 0x20 == UInt8(ascii: "b") else { return nil }
            rest = rest.dropFirst().drop { $0 == 0x20 }
        }
        let digits = rest.drop { $0 == UInt8(ascii: "0") }.reversed().drop { $0 == 0x20 }.reversed()
        guard (5...8).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return "KB" + String(decoding: digits, as: UTF8.self)
    }

    enum CodingKeys: String, CodingKey {
        case id
        case installDate = "install_date"
    }
}
