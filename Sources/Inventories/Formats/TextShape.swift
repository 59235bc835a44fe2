/// What the first lines of a text tell of the program that printed it.
struct TextShape {
    private let lines: [Substring]

    init(_ text: String) {
        lines = text.split(whereSeparator: \.isNewline).prefix(400).filter { !$0.allSatisfy(\.isWhitespace) }
    }

    var format: InventoryFormat? {
        if lines.contains(where: { $0.hasPrefix("ProductVersion:") }) { return .softwareVersions }
        if SystemInfo.versionLine(lines) != nil { return .systemInfo }
        if lines.prefix(8).contains(where: { $0.contains("HotFixID") }) { return .hotfixes }
        if lines.contains(where: { $0.hasPrefix("Package: ") }) { return .dpkgStatus }
        if lines.contains(where: { $0.hasPrefix("P:") }), lines.contains(where: { $0.hasPrefix("V:") }) {
            return .apkInstalled
        }
        return packageList
    }

    /// Most of the lines of a list are packages; headers and warnings may stand among them.
    private var packageList: InventoryFormat? {
        let sample = lines.prefix(50)
        func isMost(_ test: (Substring) -> Bool) -> Bool { sample.count(where: test) * 2 > sample.count }
        if isMost({ ApkInfo.package($0) != nil }) { return .apkInfo }
        return isMost { RPMQuery.package($0) != nil } ? .rpmQuery : nil
    }
}
