/// Readers of what firmware and network cards say of themselves. Each gives nil for what does not tell machines apart:
/// values that a vendor forgot to fill in, addresses of virtual or shared adapters.
enum HardwareValue {
    /// The SMBIOS UUID in canonical form. Some programs swap the bytes of its first three fields as SMBIOS 2.6 has them and
    /// some do not (DSP0134 section 7.2.1), so the lesser of the two readings stands for both.
    static func uuid(_ text: String) -> String? {
        guard let digits = hexDigits(text), digits.count == 32, !isFiller(digits), !sharedUUIDs.contains(digits) else {
            return nil
        }
        let swapped =
            reversedPairs(digits[0..<8]) + reversedPairs(digits[8..<12]) + reversedPairs(digits[12..<16])
            + digits[16...]
        return grouped(swapped.lexicographicallyPrecedes(digits) ? swapped : digits)
    }

    /// An id in hexadecimal, such as Entra's device id or a machine id: at least 16 digits, not all the same.
    static func identifier(_ text: String) -> String? {
        guard let digits = hexDigits(text), digits.count >= 16, !isFiller(digits) else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A serial number in upper case, or nil for the words that unfinished firmware has in its place.
    static func serial(_ text: String) -> String? {
        let value = text.trimmed.uppercased()
        guard value.count >= 4, !fillerSerials.contains(value), Set(value.utf8).count > 2 else { return nil }
        // 123456789 and its beginnings and continuations.
        let isNumber = value.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard !isNumber || !"0123456789012345678901234567890".contains(value), !value.hasPrefix("TO BE FILLED") else {
            return nil
        }
        return value
    }

    /// Six pairs of lower-case digits, or nil for an address that several machines may have.
    static func mac(_ text: String) -> String? {
        guard let digits = hexDigits(text), digits.count == 12, !isFiller(digits) else { return nil }
        let first = nibble(digits[0]) << 4 | nibble(digits[1])
        // Multicast, or made up locally: VPN adapters, containers and randomised Wi-Fi (IEEE 802-2014 section 8.4).
        guard first & 3 == 0 else { return nil }
        let prefix = String(decoding: digits[0..<6], as: UTF8.self)
        guard !sharedPrefixes.contains(prefix) else { return nil }
        // VMware's host-only and NAT adapters have the same addresses on every host that runs it.
        guard !digits.starts(with: "005056c0000".utf8) else { return nil }
        return stride(from: 0, to: 12, by: 2).map { String(decoding: digits[$0..<$0 + 2], as: UTF8.self) }
            .joined(separator: ":")
    }

    /// An address that a network gives to one machine at a time.
    static func address(_ text: String) -> String? {
        let value = text.trimmed.lowercased()
        guard !value.isEmpty, value != "0.0.0.0", value != "::", value != "::1" else { return nil }
        guard !value.hasPrefix("127."), !value.hasPrefix("169.254."), !value.hasPrefix("fe80:") else { return nil }
        return value
    }

    /// Names of machines that nobody has named.
    static let factoryNames: Set = ["localhost", "debian", "ubuntu", "raspberrypi", "desktop", "macbook", "unknown"]

    private static let fillerSerials: Set = [
        "DEFAULT STRING", "SYSTEM SERIAL NUMBER", "SERIAL NUMBER", "CHASSIS SERIAL NUMBER", "NOT SPECIFIED",
        "NOT APPLICABLE", "NOT AVAILABLE", "UNKNOWN", "INVALID", "NONE", "NULL", "O.E.M.", "OEM", "EMPTY", "N/A",
        "VMWARE", "QEMU", "BOCHS", "STANDARD", "TBD BY OEM", "SERNUM", "SYS-1234567890", "TEMPLATE",
    ]
    /// UUIDs that mainboards of several makers share.
    private static let sharedUUIDs: Set<[UInt8]> = [
        Array("03000200040005000006000700080009".utf8), Array("00020003000400050006000700080009".utf8),
        Array("4c4c4544000000000000000000000000".utf8), Array("12345678123456781234567812345678".utf8),
        Array("feedfacefeedfacefeedfacefeedface".utf8),
    ]
    /// Docks and USB network adapters, which go from desk to desk and from hand to hand.
    private static let sharedPrefixes: Set = ["00e04c", "000ec6", "00051b", "8cae4c"]

    /// The digits in lower case, without the usual separators; nil when there is anything else.
    private static func hexDigits(_ text: String) -> [UInt8]? {
        var digits: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digits.append(byte | 0x20)
            case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "{"), UInt8(ascii: "}"),
                UInt8(ascii: " "):
                continue
            default: return nil
            }
        }
        return digits
    }

    /// All digits the same.
    private static func isFiller(_ digits: [UInt8]) -> Bool { digits.allSatisfy { $0 == digits.first } }

    private static func nibble(_ digit: UInt8) -> UInt8 {
        digit < UInt8(ascii: "a") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
    }

    /// The last byte, which is two digits, first.
    private static func reversedPairs(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        stride(from: digits.startIndex, to: digits.endIndex, by: 2).reversed().flatMap { digits[$0..<$0 + 2] }
    }

    /// 32 digits in groups of 8, 4, 4, 4 and 12.
    private static func grouped(_ digits: [UInt8]) -> String {
        let ends = [8, 12, 16, 20, 32]
        return zip([0] + ends, ends).map { String(decoding: digits[$0..<$1], as: UTF8.self) }.joined(separator: "-")
    }
}
