#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> (d2)>
#map5 = affine_map<(d0, d1) -> (d0, d1)>
#map6 = affine_map<(d0, d1) -> (d0)>
#map7 = affine_map<(d0) -> (d0)>
#map8 = affine_map<(d0, d1) -> (d1)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map12 = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
module {
  func.func @main_graph(%arg0: tensor<1x6xi64>, %arg1: tensor<1x6xi64>) -> tensor<1x8xf32> {
    %c0_i64 = arith.constant 0 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant -3.000000e+38 : f32
    %cst_1 = arith.constant dense_resource<embeddings.word_embeddings.weight> : tensor<10x8xf32>
    %cst_2 = arith.constant dense_resource<embeddings.position_embeddings.weight> : tensor<6x8xf32>
    %cst_3 = arith.constant dense_resource<embeddings.token_type_embeddings.weight> : tensor<2x8xf32>
    %cst_4 = arith.constant dense_resource<embeddings.LayerNorm.weight> : tensor<8xf32>
    %cst_5 = arith.constant dense_resource<embeddings.LayerNorm.bias> : tensor<8xf32>
    %cst_6 = arith.constant 8.000000e+00 : f32
    %cst_7 = arith.constant 9.99999996E-13 : f32
    %cst_8 = arith.constant dense_resource<encoder.layer.0.attention.self.query.weight> : tensor<8x8xf32>
    %cst_9 = arith.constant dense_resource<encoder.layer.0.attention.self.query.bias> : tensor<8xf32>
    %cst_10 = arith.constant dense_resource<encoder.layer.0.attention.self.key.weight> : tensor<8x8xf32>
    %cst_11 = arith.constant dense_resource<encoder.layer.0.attention.self.key.bias> : tensor<8xf32>
    %cst_12 = arith.constant dense_resource<encoder.layer.0.attention.self.value.weight> : tensor<8x8xf32>
    %cst_13 = arith.constant dense_resource<encoder.layer.0.attention.self.value.bias> : tensor<8xf32>
    %cst_14 = arith.constant 5.000000e-01 : f32
    %cst_15 = arith.constant 0xFF800000 : f32
    %cst_16 = arith.constant dense_resource<encoder.layer.0.attention.output.dense.weight> : tensor<8x8xf32>
    %cst_17 = arith.constant dense_resource<encoder.layer.0.attention.output.dense.bias> : tensor<8xf32>
    %cst_18 = arith.constant dense_resource<encoder.layer.0.attention.output.LayerNorm.weight> : tensor<8xf32>
    %cst_19 = arith.constant dense_resource<encoder.layer.0.attention.output.LayerNorm.bias> : tensor<8xf32>
    %cst_20 = arith.constant dense_resource<encoder.layer.0.intermediate.dense.weight> : tensor<16x8xf32>
    %cst_21 = arith.constant dense_resource<encoder.layer.0.intermediate.dense.bias> : tensor<16xf32>
    %cst_22 = arith.constant 0.707106769 : f32
    %cst_23 = arith.constant 1.000000e+00 : f32
    %cst_24 = arith.constant dense_resource<encoder.layer.0.output.dense.weight> : tensor<8x16xf32>
    %cst_25 = arith.constant dense_resource<encoder.layer.0.output.dense.bias> : tensor<8xf32>
    %cst_26 = arith.constant dense_resource<encoder.layer.0.output.LayerNorm.weight> : tensor<8xf32>
    %cst_27 = arith.constant dense_resource<encoder.layer.0.output.LayerNorm.bias> : tensor<8xf32>
    %cst_28 = arith.constant 9.99999971E-10 : f32
    %0 = tensor.empty() : tensor<1x2x6xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg1 : tensor<1x6xi64>) outs(%0 : tensor<1x2x6xf32>) {
    ^bb0(%in: i64, %out: f32):
      %123 = arith.cmpi ne, %in, %c0_i64 : i64
      %124 = arith.select %123, %cst, %cst_0 : f32
      linalg.yield %124 : f32
    } -> tensor<1x2x6xf32>
    %collapsed = tensor.collapse_shape %1 [[0, 1], [2]] : tensor<1x2x6xf32> into tensor<2x6xf32>
    %2 = tensor.empty() : tensor<1x6x8xf32>
    %3 = linalg.generic {indexing_maps = [#map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<1x6xi64>) outs(%2 : tensor<1x6x8xf32>) {
    ^bb0(%in: i64, %out: f32):
      %123 = arith.index_cast %in : i64 to index
      %124 = linalg.index 2 : index
      %extracted = tensor.extract %cst_1[%123, %124] : tensor<10x8xf32>
      linalg.yield %extracted : f32
    } -> tensor<1x6x8xf32>
    %extracted_slice = tensor.extract_slice %cst_2[0, 0] [6, 8] [1, 1] : tensor<6x8xf32> to tensor<6x8xf32>
    %extracted_slice_29 = tensor.extract_slice %cst_3[0, 0] [1, 8] [1, 1] : tensor<2x8xf32> to tensor<8xf32>
    %4 = tensor.empty() : tensor<1x6x8xf32>
    %5 = linalg.generic {indexing_maps = [#map1, #map3, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3, %extracted_slice, %extracted_slice_29 : tensor<1x6x8xf32>, tensor<6x8xf32>, tensor<8xf32>) outs(%4 : tensor<1x6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %in_39: f32, %out: f32):
      %123 = arith.addf %in, %in_39 : f32
      %124 = arith.addf %123, %in_38 : f32
      linalg.yield %124 : f32
    } -> tensor<1x6x8xf32>
    %collapsed_30 = tensor.collapse_shape %5 [[0, 1], [2]] : tensor<1x6x8xf32> into tensor<6x8xf32>
    %6 = tensor.empty() : tensor<6xf32>
    %7 = linalg.fill ins(%cst : f32) outs(%6 : tensor<6xf32>) -> tensor<6xf32>
    %8 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%collapsed_30 : tensor<6x8xf32>) outs(%7 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.addf %in, %out : f32
      linalg.yield %123 : f32
    } -> tensor<6xf32>
    %9 = tensor.empty() : tensor<6xf32>
    %10 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel"]} ins(%8 : tensor<6xf32>) outs(%9 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.divf %in, %cst_6 : f32
      linalg.yield %123 : f32
    } -> tensor<6xf32>
    %11 = tensor.empty() : tensor<6x8xf32>
    %12 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%collapsed_30, %10 : tensor<6x8xf32>, tensor<6xf32>) outs(%11 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.subf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %13 = tensor.empty() : tensor<6xf32>
    %14 = linalg.fill ins(%cst : f32) outs(%13 : tensor<6xf32>) -> tensor<6xf32>
    %15 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%12 : tensor<6x8xf32>) outs(%14 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.mulf %in, %in : f32
      %124 = arith.addf %123, %out : f32
      linalg.yield %124 : f32
    } -> tensor<6xf32>
    %16 = tensor.empty() : tensor<6xf32>
    %17 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel"]} ins(%15 : tensor<6xf32>) outs(%16 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.divf %in, %cst_6 : f32
      %124 = arith.addf %123, %cst_7 : f32
      %125 = math.rsqrt %124 : f32
      linalg.yield %125 : f32
    } -> tensor<6xf32>
    %18 = tensor.empty() : tensor<6x8xf32>
    %19 = linalg.generic {indexing_maps = [#map5, #map6, #map8, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%12, %17, %cst_4, %cst_5 : tensor<6x8xf32>, tensor<6xf32>, tensor<8xf32>, tensor<8xf32>) outs(%18 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %in_39: f32, %in_40: f32, %out: f32):
      %123 = arith.mulf %in, %in_38 : f32
      %124 = arith.mulf %123, %in_39 : f32
      %125 = arith.addf %124, %in_40 : f32
      linalg.yield %125 : f32
    } -> tensor<6x8xf32>
    %20 = tensor.empty() : tensor<6x8xf32>
    %21 = linalg.fill ins(%cst : f32) outs(%20 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %22 = linalg.matmul indexing_maps = [#map, #map3, #map2] ins(%19, %cst_8 : tensor<6x8xf32>, tensor<8x8xf32>) outs(%21 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %23 = tensor.empty() : tensor<6x8xf32>
    %24 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%22, %cst_9 : tensor<6x8xf32>, tensor<8xf32>) outs(%23 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %expanded = tensor.expand_shape %24 [[0], [1, 2]] output_shape [6, 2, 4] : tensor<6x8xf32> into tensor<6x2x4xf32>
    %25 = tensor.empty() : tensor<2x6x4xf32>
    %transposed = linalg.transpose ins(%expanded : tensor<6x2x4xf32>) outs(%25 : tensor<2x6x4xf32>) permutation = [1, 0, 2] 
    %26 = tensor.empty() : tensor<6x8xf32>
    %27 = linalg.fill ins(%cst : f32) outs(%26 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %28 = linalg.matmul indexing_maps = [#map, #map3, #map2] ins(%19, %cst_10 : tensor<6x8xf32>, tensor<8x8xf32>) outs(%27 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %29 = tensor.empty() : tensor<6x8xf32>
    %30 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%28, %cst_11 : tensor<6x8xf32>, tensor<8xf32>) outs(%29 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %expanded_31 = tensor.expand_shape %30 [[0], [1, 2]] output_shape [6, 2, 4] : tensor<6x8xf32> into tensor<6x2x4xf32>
    %31 = tensor.empty() : tensor<2x6x4xf32>
    %transposed_32 = linalg.transpose ins(%expanded_31 : tensor<6x2x4xf32>) outs(%31 : tensor<2x6x4xf32>) permutation = [1, 0, 2] 
    %32 = tensor.empty() : tensor<6x8xf32>
    %33 = linalg.fill ins(%cst : f32) outs(%32 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %34 = linalg.matmul indexing_maps = [#map, #map3, #map2] ins(%19, %cst_12 : tensor<6x8xf32>, tensor<8x8xf32>) outs(%33 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %35 = tensor.empty() : tensor<6x8xf32>
    %36 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%34, %cst_13 : tensor<6x8xf32>, tensor<8xf32>) outs(%35 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %expanded_33 = tensor.expand_shape %36 [[0], [1, 2]] output_shape [6, 2, 4] : tensor<6x8xf32> into tensor<6x2x4xf32>
    %37 = tensor.empty() : tensor<2x6x4xf32>
    %transposed_34 = linalg.transpose ins(%expanded_33 : tensor<6x2x4xf32>) outs(%37 : tensor<2x6x4xf32>) permutation = [1, 0, 2] 
    %38 = tensor.empty() : tensor<2x6x6xf32>
    %39 = linalg.fill ins(%cst : f32) outs(%38 : tensor<2x6x6xf32>) -> tensor<2x6x6xf32>
    %40 = linalg.batch_matmul indexing_maps = [#map9, #map10, #map11] ins(%transposed, %transposed_32 : tensor<2x6x4xf32>, tensor<2x6x4xf32>) outs(%39 : tensor<2x6x6xf32>) -> tensor<2x6x6xf32>
    %41 = tensor.empty() : tensor<2x6x6xf32>
    %42 = linalg.generic {indexing_maps = [#map1, #map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%40, %collapsed : tensor<2x6x6xf32>, tensor<2x6xf32>) outs(%41 : tensor<2x6x6xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.mulf %in, %cst_14 : f32
      %124 = arith.addf %123, %in_38 : f32
      linalg.yield %124 : f32
    } -> tensor<2x6x6xf32>
    %43 = tensor.empty() : tensor<2x6xf32>
    %44 = linalg.fill ins(%cst_15 : f32) outs(%43 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %45 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%42 : tensor<2x6x6xf32>) outs(%44 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.maximumf %in, %out : f32
      linalg.yield %123 : f32
    } -> tensor<2x6xf32>
    %46 = tensor.empty() : tensor<2x6x6xf32>
    %47 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%42, %45 : tensor<2x6x6xf32>, tensor<2x6xf32>) outs(%46 : tensor<2x6x6xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.subf %in, %in_38 : f32
      %124 = math.exp %123 : f32
      linalg.yield %124 : f32
    } -> tensor<2x6x6xf32>
    %48 = tensor.empty() : tensor<2x6xf32>
    %49 = linalg.fill ins(%cst : f32) outs(%48 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %50 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%47 : tensor<2x6x6xf32>) outs(%49 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.addf %in, %out : f32
      linalg.yield %123 : f32
    } -> tensor<2x6xf32>
    %51 = tensor.empty() : tensor<2x6x6xf32>
    %52 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%47, %50 : tensor<2x6x6xf32>, tensor<2x6xf32>) outs(%51 : tensor<2x6x6xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.divf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<2x6x6xf32>
    %53 = tensor.empty() : tensor<2x6x4xf32>
    %54 = linalg.fill ins(%cst : f32) outs(%53 : tensor<2x6x4xf32>) -> tensor<2x6x4xf32>
    %55 = linalg.batch_matmul ins(%52, %transposed_34 : tensor<2x6x6xf32>, tensor<2x6x4xf32>) outs(%54 : tensor<2x6x4xf32>) -> tensor<2x6x4xf32>
    %56 = tensor.empty() : tensor<6x2x4xf32>
    %transposed_35 = linalg.transpose ins(%55 : tensor<2x6x4xf32>) outs(%56 : tensor<6x2x4xf32>) permutation = [1, 0, 2] 
    %collapsed_36 = tensor.collapse_shape %transposed_35 [[0], [1, 2]] : tensor<6x2x4xf32> into tensor<6x8xf32>
    %57 = tensor.empty() : tensor<6x8xf32>
    %58 = linalg.fill ins(%cst : f32) outs(%57 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %59 = linalg.matmul indexing_maps = [#map, #map3, #map2] ins(%collapsed_36, %cst_16 : tensor<6x8xf32>, tensor<8x8xf32>) outs(%58 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %60 = tensor.empty() : tensor<6x8xf32>
    %61 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%59, %cst_17 : tensor<6x8xf32>, tensor<8xf32>) outs(%60 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %62 = tensor.empty() : tensor<6x8xf32>
    %63 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%61, %19 : tensor<6x8xf32>, tensor<6x8xf32>) outs(%62 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %64 = tensor.empty() : tensor<6xf32>
    %65 = linalg.fill ins(%cst : f32) outs(%64 : tensor<6xf32>) -> tensor<6xf32>
    %66 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%63 : tensor<6x8xf32>) outs(%65 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.addf %in, %out : f32
      linalg.yield %123 : f32
    } -> tensor<6xf32>
    %67 = tensor.empty() : tensor<6xf32>
    %68 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel"]} ins(%66 : tensor<6xf32>) outs(%67 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.divf %in, %cst_6 : f32
      linalg.yield %123 : f32
    } -> tensor<6xf32>
    %69 = tensor.empty() : tensor<6x8xf32>
    %70 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%63, %68 : tensor<6x8xf32>, tensor<6xf32>) outs(%69 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.subf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %71 = tensor.empty() : tensor<6xf32>
    %72 = linalg.fill ins(%cst : f32) outs(%71 : tensor<6xf32>) -> tensor<6xf32>
    %73 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%70 : tensor<6x8xf32>) outs(%72 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.mulf %in, %in : f32
      %124 = arith.addf %123, %out : f32
      linalg.yield %124 : f32
    } -> tensor<6xf32>
    %74 = tensor.empty() : tensor<6xf32>
    %75 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel"]} ins(%73 : tensor<6xf32>) outs(%74 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.divf %in, %cst_6 : f32
      %124 = arith.addf %123, %cst_7 : f32
      %125 = math.rsqrt %124 : f32
      linalg.yield %125 : f32
    } -> tensor<6xf32>
    %76 = tensor.empty() : tensor<6x8xf32>
    %77 = linalg.generic {indexing_maps = [#map5, #map6, #map8, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%70, %75, %cst_18, %cst_19 : tensor<6x8xf32>, tensor<6xf32>, tensor<8xf32>, tensor<8xf32>) outs(%76 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %in_39: f32, %in_40: f32, %out: f32):
      %123 = arith.mulf %in, %in_38 : f32
      %124 = arith.mulf %123, %in_39 : f32
      %125 = arith.addf %124, %in_40 : f32
      linalg.yield %125 : f32
    } -> tensor<6x8xf32>
    %78 = tensor.empty() : tensor<6x16xf32>
    %79 = linalg.fill ins(%cst : f32) outs(%78 : tensor<6x16xf32>) -> tensor<6x16xf32>
    %80 = linalg.matmul indexing_maps = [#map, #map3, #map2] ins(%77, %cst_20 : tensor<6x8xf32>, tensor<16x8xf32>) outs(%79 : tensor<6x16xf32>) -> tensor<6x16xf32>
    %81 = tensor.empty() : tensor<6x16xf32>
    %82 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%80, %cst_21 : tensor<6x16xf32>, tensor<16xf32>) outs(%81 : tensor<6x16xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x16xf32>
    %83 = tensor.empty() : tensor<6x16xf32>
    %84 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%82 : tensor<6x16xf32>) outs(%83 : tensor<6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.mulf %in, %cst_22 : f32
      %124 = math.erf %123 : f32
      %125 = arith.addf %124, %cst_23 : f32
      %126 = arith.mulf %in, %125 : f32
      %127 = arith.mulf %126, %cst_14 : f32
      linalg.yield %127 : f32
    } -> tensor<6x16xf32>
    %85 = tensor.empty() : tensor<6x8xf32>
    %86 = linalg.fill ins(%cst : f32) outs(%85 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %87 = linalg.matmul indexing_maps = [#map, #map3, #map2] ins(%84, %cst_24 : tensor<6x16xf32>, tensor<8x16xf32>) outs(%86 : tensor<6x8xf32>) -> tensor<6x8xf32>
    %88 = tensor.empty() : tensor<6x8xf32>
    %89 = linalg.generic {indexing_maps = [#map5, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%87, %cst_25 : tensor<6x8xf32>, tensor<8xf32>) outs(%88 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %90 = tensor.empty() : tensor<6x8xf32>
    %91 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%89, %77 : tensor<6x8xf32>, tensor<6x8xf32>) outs(%90 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.addf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %92 = tensor.empty() : tensor<6xf32>
    %93 = linalg.fill ins(%cst : f32) outs(%92 : tensor<6xf32>) -> tensor<6xf32>
    %94 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%91 : tensor<6x8xf32>) outs(%93 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.addf %in, %out : f32
      linalg.yield %123 : f32
    } -> tensor<6xf32>
    %95 = tensor.empty() : tensor<6xf32>
    %96 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel"]} ins(%94 : tensor<6xf32>) outs(%95 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.divf %in, %cst_6 : f32
      linalg.yield %123 : f32
    } -> tensor<6xf32>
    %97 = tensor.empty() : tensor<6x8xf32>
    %98 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%91, %96 : tensor<6x8xf32>, tensor<6xf32>) outs(%97 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.subf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<6x8xf32>
    %99 = tensor.empty() : tensor<6xf32>
    %100 = linalg.fill ins(%cst : f32) outs(%99 : tensor<6xf32>) -> tensor<6xf32>
    %101 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%98 : tensor<6x8xf32>) outs(%100 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.mulf %in, %in : f32
      %124 = arith.addf %123, %out : f32
      linalg.yield %124 : f32
    } -> tensor<6xf32>
    %102 = tensor.empty() : tensor<6xf32>
    %103 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel"]} ins(%101 : tensor<6xf32>) outs(%102 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.divf %in, %cst_6 : f32
      %124 = arith.addf %123, %cst_7 : f32
      %125 = math.rsqrt %124 : f32
      linalg.yield %125 : f32
    } -> tensor<6xf32>
    %104 = tensor.empty() : tensor<6x8xf32>
    %105 = linalg.generic {indexing_maps = [#map5, #map6, #map8, #map8, #map5], iterator_types = ["parallel", "parallel"]} ins(%98, %103, %cst_26, %cst_27 : tensor<6x8xf32>, tensor<6xf32>, tensor<8xf32>, tensor<8xf32>) outs(%104 : tensor<6x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %in_39: f32, %in_40: f32, %out: f32):
      %123 = arith.mulf %in, %in_38 : f32
      %124 = arith.mulf %123, %in_39 : f32
      %125 = arith.addf %124, %in_40 : f32
      linalg.yield %125 : f32
    } -> tensor<6x8xf32>
    %expanded_37 = tensor.expand_shape %105 [[0, 1], [2]] output_shape [1, 6, 8] : tensor<6x8xf32> into tensor<1x6x8xf32>
    %106 = tensor.empty() : tensor<1x6xf32>
    %107 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<1x6xi64>) outs(%106 : tensor<1x6xf32>) {
    ^bb0(%in: i64, %out: f32):
      %123 = arith.sitofp %in : i64 to f32
      linalg.yield %123 : f32
    } -> tensor<1x6xf32>
    %108 = tensor.empty() : tensor<1x8xf32>
    %109 = linalg.fill ins(%cst : f32) outs(%108 : tensor<1x8xf32>) -> tensor<1x8xf32>
    %110 = linalg.generic {indexing_maps = [#map12, #map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_37, %107 : tensor<1x6x8xf32>, tensor<1x6xf32>) outs(%109 : tensor<1x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.mulf %in, %in_38 : f32
      %124 = arith.addf %123, %out : f32
      linalg.yield %124 : f32
    } -> tensor<1x8xf32>
    %111 = tensor.empty() : tensor<1xf32>
    %112 = linalg.fill ins(%cst : f32) outs(%111 : tensor<1xf32>) -> tensor<1xf32>
    %113 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%107 : tensor<1x6xf32>) outs(%112 : tensor<1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.addf %in, %out : f32
      linalg.yield %123 : f32
    } -> tensor<1xf32>
    %114 = tensor.empty() : tensor<1x8xf32>
    %115 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%110, %113 : tensor<1x8xf32>, tensor<1xf32>) outs(%114 : tensor<1x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.maximumf %in_38, %cst_28 : f32
      %124 = arith.divf %in, %123 : f32
      linalg.yield %124 : f32
    } -> tensor<1x8xf32>
    %116 = tensor.empty() : tensor<1xf32>
    %117 = linalg.fill ins(%cst : f32) outs(%116 : tensor<1xf32>) -> tensor<1xf32>
    %118 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "reduction"]} ins(%115 : tensor<1x8xf32>) outs(%117 : tensor<1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.mulf %in, %in : f32
      %124 = arith.addf %123, %out : f32
      linalg.yield %124 : f32
    } -> tensor<1xf32>
    %119 = tensor.empty() : tensor<1xf32>
    %120 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel"]} ins(%118 : tensor<1xf32>) outs(%119 : tensor<1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = math.sqrt %in : f32
      %124 = arith.maximumf %123, %cst_7 : f32
      linalg.yield %124 : f32
    } -> tensor<1xf32>
    %121 = tensor.empty() : tensor<1x8xf32>
    %122 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%115, %120 : tensor<1x8xf32>, tensor<1xf32>) outs(%121 : tensor<1x8xf32>) {
    ^bb0(%in: f32, %in_38: f32, %out: f32):
      %123 = arith.divf %in, %in_38 : f32
      linalg.yield %123 : f32
    } -> tensor<1x8xf32>
    return %122 : tensor<1x8xf32>
  }
}

