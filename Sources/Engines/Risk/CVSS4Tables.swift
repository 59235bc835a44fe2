/// The tables of CVSS 4.0: the score of each MacroVector, and the worst members and depth of each
/// class. Scores are those that FIRST publishes with the specification (section 8.2 refers to
/// them), © FIRST and contributors, BSD-2-Clause.
enum CVSS4Tables {
    /// A class's metrics, the levels of its worst members, and how many steps lie between them and
    /// its mildest member (table 30).
    struct Class: Sendable {
        let metrics: [CVSS4Levels.Metric]
        let worst: [[Int]]
        let depth: Int
    }

    static let eq1: [Class] = [
        Class(metrics: [.AV, .PR, .UI], worst: [[0, 0, 0]], depth: 1),
        Class(metrics: [.AV, .PR, .UI], worst: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], depth: 4),
        Class(metrics: [.AV, .PR, .UI], worst: [[3, 0, 0], [1, 1, 1]], depth: 5),
    ]

    static let eq2: [Class] = [
        Class(metrics: [.AC, .AT], worst: [[0, 0]], depth: 1),
        Class(metrics: [.AC, .AT], worst: [[1, 0], [0, 1]], depth: 2),
    ]

    /// By EQ3 × 2 + EQ6; (2, 0) has no member.
    static let eq3and6: [Class] = [
        Class(metrics: loss, worst: [[0, 0, 0, 0, 0, 0]], depth: 7),
        Class(metrics: loss, worst: [[0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1]], depth: 6),
        Class(metrics: loss, worst: [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]], depth: 8),
        Class(
            metrics: loss,
            worst: [
                [1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1], [0, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 1],
            ], depth: 8),
        Class(metrics: loss, worst: [], depth: 1),
        Class(metrics: loss, worst: [[1, 1, 1, 0, 0, 0]], depth: 10),
    ]

    static let eq4: [Class] = [
        Class(metrics: [.SC, .SI, .SA], worst: [[1, 0, 0]], depth: 6),
        Class(metrics: [.SC, .SI, .SA], worst: [[1, 1, 1]], depth: 5),
        Class(metrics: [.SC, .SI, .SA], worst: [[2, 2, 2]], depth: 4),
    ]

    private static let loss: [CVSS4Levels.Metric] = [.VC, .VI, .VA, .CR, .IR, .AR]

    static let absent: UInt8 = 255

    /// In tenths. A row for each EQ1 to EQ4 (named behind it); within it EQ5 by EQ6: 00 01 10 11 20 21.
    static let scores: [UInt8] = [
        100, 99, 98, 95, 95, 92,  // 0000
        100, 96, 93, 87, 91, 81,  // 0001
        93, 90, 89, 80, 81, 68,  // 0002
        98, 95, 95, 92, 90, 84,  // 0010
        93, 92, 89, 81, 81, 65,  // 0011
        88, 80, 78, 70, 69, 48,  // 0012
        absent, 92, absent, 82, absent, 72,  // 0020
        absent, 79, absent, 69, absent, 50,  // 0021
        absent, 69, absent, 55, absent, 27,  // 0022
        99, 97, 95, 92, 92, 85,  // 0100
        95, 91, 90, 83, 84, 71,  // 0101
        92, 81, 82, 71, 72, 53,  // 0102
        95, 93, 92, 85, 85, 73,  // 0110
        92, 82, 80, 72, 70, 59,  // 0111
        84, 70, 71, 52, 50, 30,  // 0112
        absent, 86, absent, 75, absent, 52,  // 0120
        absent, 71, absent, 52, absent, 29,  // 0121
        absent, 63, absent, 29, absent, 17,  // 0122
        98, 95, 94, 87, 91, 81,  // 1000
        94, 89, 86, 74, 77, 64,  // 1001
        87, 75, 74, 63, 63, 49,  // 1002
        94, 89, 88, 77, 76, 67,  // 1010
        86, 76, 74, 58, 59, 50,  // 1011
        72, 57, 57, 52, 52, 25,  // 1012
        absent, 83, absent, 70, absent, 54,  // 1020
        absent, 65, absent, 58, absent, 26,  // 1021
        absent, 53, absent, 21, absent, 13,  // 1022
        95, 90, 88, 76, 76, 70,  // 1100
        90, 77, 75, 62, 61, 53,  // 1101
        77, 66, 68, 59, 52, 30,  // 1102
        89, 78, 76, 67, 62, 58,  // 1110
        74, 59, 57, 57, 47, 23,  // 1111
        61, 52, 57, 29, 24, 16,  // 1112
        absent, 71, absent, 59, absent, 30,  // 1120
        absent, 58, absent, 26, absent, 15,  // 1121
        absent, 23, absent, 13, absent, 6,  // 1122
        93, 87, 86, 72, 75, 58,  // 2000
        86, 74, 74, 61, 56, 34,  // 2001
        70, 54, 52, 40, 40, 22,  // 2002
        85, 75, 74, 55, 62, 51,  // 2010
        72, 57, 55, 41, 46, 19,  // 2011
        53, 36, 34, 19, 19, 8,  // 2012
        absent, 64, absent, 51, absent, 20,  // 2020
        absent, 47, absent, 21, absent, 11,  // 2021
        absent, 24, absent, 9, absent, 4,  // 2022
        88, 75, 73, 53, 60, 50,  // 2100
        73, 55, 59, 40, 41, 20,  // 2101
        54, 43, 45, 22, 20, 11,  // 2102
        75, 55, 58, 45, 40, 21,  // 2110
        61, 51, 48, 18, 20, 9,  // 2111
        46, 18, 17, 7, 8, 2,  // 2112
        absent, 53, absent, 24, absent, 14,  // 2120
        absent, 24, absent, 12, absent, 5,  // 2121
        absent, 10, absent, 3, absent, 1,  // 2122
    ]
}
