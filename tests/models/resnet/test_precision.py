"""In which numbers ResNet50 is trained."""

from keras_impl.models.resnet import precision


def test_bfloat16_only_where_the_processor_has_it(tmp_path):
    for flags, dtype in (("fpu avx512_bf16 sse", "mixed_bfloat16"), ("fpu avx512f sse", "float32")):
        (tmp_path / "cpuinfo").write_text(f"flags\t\t: {flags}\n")
        assert precision.compute_dtype(tmp_path / "cpuinfo") == dtype
    assert precision.compute_dtype(tmp_path / "nowhere") == "float32"
