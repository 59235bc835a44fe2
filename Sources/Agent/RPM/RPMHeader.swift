import Domain
import FoundationEssentials
import Inventories

/// An RPM header as the databases hold it (rpm's "Header format", without the leading magic): index
/// and data lengths, 16-byte index entries, data. Big-endian throughout.
struct RPMHeader {
    enum Tag: UInt32 {
        case name = 1000
        case version = 1001
        case release = 1002
        case epoch = 1003
        case installTime = 1008
        case vendor = 1011
        case architecture = 1022
        case sourceRPM = 1044
        case modularityLabel = 5096
    }

    /// Bytes of a text that are looked at; no longer one is usable.
    private static let longestText = 4_096

    private var texts: [Tag: String] = [:]
    private var numbers: [Tag: UInt32] = [:]

    /// Nil when the lengths do not fit the blob. Entries that point outside are passed over.
    init?(_ blob: [UInt8]) {
        guard let count = ByteOrder.big.int32(blob, at: 0), let length = ByteOrder.big.int32(blob, at: 4),
            count <= 65_536, length <= 256 << 20, 8 + count * 16 + length <= blob.count
        else { return nil }
        let data = 8 + count * 16
        for index in 0..<count { read(blob, entry: 8 + index * 16, data: data..<data + length) }
    }

    /// rpm keeps the keys it trusts as packages of this name.
    var isKey: Bool { texts[.name] == "gpg-pubkey" }

    /// Nil without a usable name, version and release.
    var package: InstalledPackage? {
        guard let name = text(.name), let version = text(.version), let release = text(.release) else { return nil }
        let epoch = numbers[.epoch].flatMap { $0 == 0 ? nil : "\($0):" } ?? ""
        var package = InstalledPackage(type: "rpm", name: name, version: "\(epoch)\(version)-\(release)")
        package.architecture = text(.architecture)
        package.vendor = text(.vendor)
        package.installDate = numbers[.installTime].map { Date(timeIntervalSince1970: Double($0)) }
        package.module = text(.modularityLabel).flatMap(Self.stream)
        if let source = text(.sourceRPM).flatMap({ RPMFileName($0) }) {
            package.setSource(source.name, version: source.version(epochOf: package.version))
        }
        return package
    }

    private func text(_ tag: Tag) -> String? { texts[tag].flatMap(PackageText.usable) }

    /// `name:stream` of the label `name:stream:version:context`.
    private static func stream(_ label: String) -> String? {
        let parts = label.split(separator: ":")
        return parts.count >= 2 ? "\(parts[0]):\(parts[1])" : nil
    }

    private mutating func read(_ blob: [UInt8], entry: Int, data: Range<Int>) {
        guard let tag = ByteOrder.big.uint32(blob, at: entry).flatMap(Tag.init),
            let type = ByteOrder.big.uint32(blob, at: entry + 4), let offset = ByteOrder.big.int32(blob, at: entry + 8),
            offset < data.count
        else { return }
        // Sorted and distinct in a sound header; looking at a tag once bounds the work for a forged one.
        guard texts[tag] == nil, numbers[tag] == nil else { return }
        let start = data.lowerBound + offset
        switch type {
        // INT32
        case 4 where start + 4 <= data.upperBound: numbers[tag] = ByteOrder.big.uint32(blob, at: start)
        // STRING, STRING_ARRAY and I18NSTRING: the first string of them.
        case 6, 8, 9:
            let text = blob[start..<data.upperBound].prefix(Self.longestText)
            texts[tag] = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        default: break
        }
    }
}
