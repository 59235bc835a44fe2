/// CVSS 3.0 and 3.1 after FIRST's specification documents of June 2015 and June 2019. They share
/// metrics and weights (section 7.4) and differ in rounding and in the modified impact.
enum CVSS3 {
    enum Metric: Int {
        case AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA
    }

    private static let metrics: [VectorMetric] = [
        .mandatory("AV", "N", "A", "L", "P"), .mandatory("AC", "L", "H"), .mandatory("PR", "N", "L", "H"),
        .mandatory("UI", "N", "R"), .mandatory("S", "U", "C"), .mandatory("C", "H", "L", "N"),
        .mandatory("I", "H", "L", "N"), .mandatory("A", "H", "L", "N"),
        .optional("E", "U", "P", "F", "H"), .optional("RL", "O", "T", "W", "U"), .optional("RC", "U", "R", "C"),
        .optional("CR", "L", "M", "H"), .optional("IR", "L", "M", "H"), .optional("AR", "L", "M", "H"),
        .optional("MAV", "N", "A", "L", "P"), .optional("MAC", "L", "H"), .optional("MPR", "N", "L", "H"),
        .optional("MUI", "N", "R"), .optional("MS", "U", "C"), .optional("MC", "H", "L", "N"),
        .optional("MI", "H", "L", "N"), .optional("MA", "H", "L", "N"),
    ]

    /// Section 6: any order is valid.
    static let reader30 = VectorReader(version: .v3, metrics: metrics, isOrdered: false)
    static let reader31 = VectorReader(version: .v31, metrics: metrics, isOrdered: false)

    static func score(_ vector: String, version: CVSSVersion) throws(CVSSError) -> CVSSScore {
        let reader = version == .v31 ? reader31 : reader30
        let values = try reader.read(ArraySlice(vector.utf8.dropFirst("CVSS:3.x/".utf8.count)))
        let equations = CVSS3Equations(values: values, version: version)
        let isTemporal = values[Metric.E.rawValue...Metric.RC.rawValue].contains { $0 > 0 }
        let isEnvironmental = values[Metric.CR.rawValue...].contains { $0 > 0 }
        return CVSSScore(
            vector: vector, version: version, baseScore: equations.base,
            temporalScore: isTemporal ? equations.temporal : nil,
            environmentalScore: isEnvironmental ? equations.environmental : nil)
    }
}
