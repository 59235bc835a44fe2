/// The name of an object: parts with `/` between them, such as `patches/acme/7zip-24.08.msi`.
///
/// What is a key here is one in every store and is a path of a folder that leads nowhere else.
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    /// What Amazon, Google and Microsoft allow, each.
    static let longest = 1_024
    /// What a file system allows for one part.
    static let longestPart = 255

    /// - Throws: `ObjectError.key`.
    public init(_ text: String) throws(ObjectError) {
        func refused(_ reason: String) -> ObjectError { .key(text: String(text.prefix(200)), reason: reason) }
        guard !text.isEmpty else { throw refused("it is empty") }
        guard text.utf8.count <= Self.longest else { throw refused("it has more than \(Self.longest) bytes") }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }) else {
            throw refused("it has a control character or a backslash")
        }
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !part.isEmpty else { throw refused("it begins or ends with a slash, or has two together") }
            guard part.count <= Self.longestPart else { throw refused("a part has more than 255 bytes") }
            // Many servers, and all proxies, take these for steps through folders.
            if part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) { throw refused("a part is . or ..") }
        }
        self.text = text
    }

    /// Of a text that a store listed as the key of one of its objects, whoever wrote it.
    init?(listed text: Substring) {
        guard let key = try? ObjectKey(String(text)) else { return nil }
        self = key
    }

    public var description: String { text }

    /// By bytes, as stores list them; not by Unicode's order of characters.
    public static func < (one: ObjectKey, other: ObjectKey) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }

    public static func == (one: ObjectKey, other: ObjectKey) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    public func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
}
